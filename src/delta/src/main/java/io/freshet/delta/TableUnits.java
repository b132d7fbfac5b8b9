package io.freshet.delta;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.delta.table.Commit;
import io.freshet.delta.table.DataUnit;
import io.freshet.delta.table.TableInfo;
import io.freshet.delta.table.TableLog;
import io.freshet.delta.table.TableSchema;
import io.freshet.delta.table.TableSnapshot;
import io.freshet.delta.table.UnitContent;
import io.freshet.ledger.Ledger;
import io.freshet.ledger.LedgerAddress;
import io.freshet.ledger.ReadCommit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.beam.sdk.schemas.Schema;

/**
 * The units of reading of a version: the files of a commit, or those of a snapshot. Opens the table
 * at the first use and keeps the last snapshot, of which many slices are cut.
 *
 * <p>A commit after which the name of a column in use stands for another column, or its values have
 * other texts ({@code 5} became {@code 5.0}), changes all rows of the table, and the feed does not
 * say so: rows that were written before have null in a column that was dropped and added again. So
 * all rows that such a commit leaves in the table go away as they were before it: their keys are
 * looked up as they are now. Where keys are unique, or another column is the key, the rows come
 * anew as well.
 */
final class TableUnits {
  /**
   * The units of one version.
   *
   * @param schema the columns from this version on
   * @param rebinds whether names of columns in use stand for other columns, or their values have
   *     other texts, from this version on
   */
  record Version(
      long version,
      Instant timestamp,
      List<DataUnit> units,
      Optional<TableSchema> schema,
      boolean rebinds) {}

  private final String table;
  private final Supplier<TableLog> opener;
  private final ColumnsInUse columns;
  private final Keys keys;
  private final LedgerAddress ledger;
  private final TreeMap<Long, String> commitsRead = new TreeMap<>();
  private final TreeMap<Long, ReadCommit> filesRead = new TreeMap<>();
  private Optional<TableLog> log = Optional.empty();
  private Optional<Kept> snapshot = Optional.empty();
  private Optional<Kept> rebound = Optional.empty();

  /** A version and the digest of its commit. */
  private record Kept(Version version, String digest) {
    boolean is(long wanted) {
      return version.version() == wanted;
    }
  }

  /** The last version before a commit that has all columns in use, by their names. */
  private record Before(long version, TableSchema schema, boolean keyWasGone) {}

  TableUnits(Supplier<TableLog> opener, ChangeFeed feed) {
    this(opener, feed, Optional.empty());
  }

  /**
   * The units of a feed's table.
   *
   * @param read what rows are read as, if that is known
   */
  TableUnits(Supplier<TableLog> opener, ChangeFeed feed, Optional<Schema> read) {
    this.table = feed.tableUri();
    this.opener = opener;
    this.columns = new ColumnsInUse(feed, read);
    this.keys = feed.keys();
    this.ledger = feed.ledger();
  }

  /** The commit of that version; empty if it is not there yet. */
  Optional<Version> commit(long version) {
    snapshot = Optional.empty();
    return VersionErrors.reading(version, table, () -> log().commit(version).map(this::units));
  }

  private Version units(Commit commit) {
    note(commit.version(), commit.digest());
    filesRead.put(commit.version(), commit.file());
    if (rebound.isPresent()
        && rebound.get().is(commit.version())
        && rebound.get().digest().equals(commit.digest())) {
      return rebound.get().version();
    }
    Optional<Before> before =
        commit
            .schemaChange()
            .filter(columns::areAllIn)
            .flatMap(
                now ->
                    before(commit.version()).filter(last -> !columns.areSame(last.schema(), now)));
    if (before.isEmpty()) {
      return new Version(
          commit.version(), commit.timestamp(), commit.units(), commit.schema(), false);
    }
    Version version =
        new Version(
            commit.version(),
            commit.timestamp(),
            allRows(commit, before.get()),
            commit.schema(),
            true);
    rebound = Optional.of(new Kept(version, commit.digest()));
    return version;
  }

  private Optional<Before> before(long version) {
    long last = version - 1;
    boolean keyWasGone = false;
    Optional<TableLog.Columns> before = columnsNeededBefore(version);
    while (before.isPresent() && !columns.areAllIn(before.get().schema())) {
      keyWasGone |= !columns.hasKey(before.get().schema());
      last = before.get().since() - 1;
      before = columnsNeededBefore(before.get().since());
    }
    return before.isPresent()
        ? Optional.of(new Before(last, before.get().schema(), keyWasGone))
        : Optional.empty();
  }

  /** Empty where the table begins with that version, or what is followed of it. */
  private Optional<TableLog.Columns> columnsNeededBefore(long version) {
    return columnsBefore(version, () -> mayHoldRowsOfBefore(version));
  }

  /**
   * Empty for the first version, and where they can no longer be told.
   *
   * @param isNeeded whether it must not be empty where they can no longer be told
   */
  private Optional<TableLog.Columns> columnsBefore(long version, BooleanSupplier isNeeded) {
    try {
      return log().columnsBefore(version);
    } catch (FreshetException e) {
      if (e.category() != FailureCategory.HISTORY_LOST || isNeeded.getAsBoolean()) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /** Whether the collection may hold rows of versions before that one. */
  private boolean mayHoldRowsOfBefore(long version) {
    return Ledger.at(ledger)
        .beginning()
        .map(beginning -> beginning.position().version() < version)
        .orElse(false);
  }

  /** The rows of a commit, and those that it leaves in the table: new ones first. */
  private List<DataUnit> allRows(Commit commit, Before last) {
    TableSchema before = last.schema();
    Set<String> added =
        commit.units().stream()
            .filter(unit -> !unit.content().isOld())
            .map(DataUnit::path)
            .collect(Collectors.toUnmodifiableSet());
    List<DataUnit> left =
        log().snapshot(commit.version()).files().stream()
            .filter(file -> !added.contains(file.path()))
            .toList();
    List<DataUnit> units =
        new ArrayList<>(commit.units().stream().filter(unit -> !unit.content().isOld()).toList());
    if (comeAnew(before, commit.schema().orElseThrow())) {
      units.addAll(left);
    }
    commit.units().stream()
        .filter(unit -> unit.content().isOld())
        // The files of changes are the commit's own.
        .map(unit -> unit.content() == UnitContent.DELETED ? unit.declaredBy(before) : unit)
        .forEach(units::add);
    left.forEach(file -> units.add(file.as(UnitContent.DELETED).declaredBy(before)));
    if (last.keyWasGone() && hasRows(last.version() + 1, commit.version() - 1)) {
      // What became of these rows while they had no key, the feed has told of no key.
      log()
          .snapshot(last.version())
          .files()
          .forEach(file -> units.add(file.as(UnitContent.DELETED).declaredBy(before)));
    }
    return units;
  }

  private boolean hasRows(long first, long last) {
    return LongStream.rangeClosed(first, last).anyMatch(v -> !log().units(v).isEmpty());
  }

  /**
   * Whether the rows that are left are read as new ones: their keys are unique, or others than
   * before. In a key that is a new column they all have null.
   */
  private boolean comeAnew(TableSchema before, TableSchema now) {
    return columns.wasKeyThere(before, now)
        && (keys == Keys.UNIQUE || !columns.isKeySame(before, now));
  }

  /** The table as it was at that version. */
  Version snapshot(long version) {
    return VersionErrors.reading(version, table, () -> readSnapshot(version));
  }

  private Version readSnapshot(long version) {
    if (snapshot.isEmpty() || !snapshot.get().is(version)) {
      String digest = log().digest(version).orElse("");
      TableSnapshot read = log().snapshot(version);
      requireSame(version, digest, log().digest(version).orElse(""));
      snapshot =
          Optional.of(
              new Kept(
                  new Version(
                      version,
                      read.timestamp(),
                      read.files(),
                      read.files().stream().findFirst().flatMap(DataUnit::declared),
                      false),
                  digest));
    }
    note(version, snapshot.get().digest());
    return snapshot.get().version();
  }

  /** The latest version of the table. */
  long latestVersion() {
    return log().info().version();
  }

  /** The table's log. */
  TableLog log() {
    if (log.isEmpty()) {
      log = Optional.of(opener.get());
    }
    return log.get();
  }

  /** From now on the commits that are read count for {@link #commitsRead}. */
  void beginReading() {
    commitsRead.clear();
    filesRead.clear();
  }

  /** The digests of the commits that have been read, by their versions. */
  NavigableMap<Long, String> commitsRead() {
    return new TreeMap<>(commitsRead);
  }

  /** The files of the commits that have been read as such, and not for a snapshot. */
  NavigableMap<Long, ReadCommit> filesRead() {
    return new TreeMap<>(filesRead);
  }

  private void note(long version, String digest) {
    requireSame(version, commitsRead.getOrDefault(version, digest), digest);
    commitsRead.put(version, digest);
  }

  /** A table that is there for a moment within a reading is gone when that is looked at. */
  private void requireSame(long version, String before, String now) {
    if (!before.equals(now)) {
      throw new FreshetException(
          FailureCategory.STORAGE_UNAVAILABLE,
          "Version %d of %s has changed while it was read; it is read again"
              .formatted(version, table));
    }
  }

  /** Drops all that is known of the table: it may be another one's. */
  void forget() {
    log.ifPresent(TableLog::forget);
    log = Optional.empty();
    snapshot = Optional.empty();
    rebound = Optional.empty();
  }

  /**
   * Throws if rows of a version would be read without a key: that is not the rows' fault. In a
   * table that has the column again later, they have none.
   */
  void requireKey(Version version) {
    Optional<TableSchema> lacking = version.schema().filter(schema -> !columns.hasKey(schema));
    if (lacking.isPresent() && !version.units().isEmpty() && !areBackAfter(version.version())) {
      throw missing(version, lacking.get());
    }
  }

  /** Whether the table has all columns in use at its latest version, which is a later one. */
  boolean areBackAfter(long version) {
    TableInfo latest = log().info();
    return latest.version() > version && columns.areAllIn(latest.schema());
  }

  /** Says which column in use a version lacks. */
  FreshetException missing(Version version, TableSchema schema) {
    return columns.missing(
        version.version(),
        schema,
        columnsBefore(version.version(), () -> false).map(TableLog.Columns::schema));
  }
}
