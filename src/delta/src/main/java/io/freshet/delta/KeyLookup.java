package io.freshet.delta;

import io.freshet.changes.ChangeType;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.Position;
import io.freshet.changes.Slice;
import io.freshet.delta.table.DataUnit;
import io.freshet.delta.table.TableSchema;
import io.freshet.delta.table.UnitContent;
import io.freshet.delta.table.UnitReader;
import io.freshet.ledger.Cursor;
import io.freshet.ledger.Ledger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.beam.sdk.schemas.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up which rows of some keys the table has left, and which of them is the newest. All its
 * files are read, only the columns of the feed. The log says of which commit a row is.
 */
final class KeyLookup {
  private static final Logger LOG = LoggerFactory.getLogger(KeyLookup.class);

  /**
   * How many commits of the log are read at the first look-up. Rows of earlier ones, and of
   * compacted files, are told apart by the order column, then by event time, then by their files.
   */
  private static final long MOST_COMMITS = 1_000;

  private final ChangeFeed feed;
  private final Schema schema;
  private final int keyIndex;
  private final TableUnits units;
  private final UnitReader reader;
  private final Decoders decoders;
  private Optional<FileDates> dates = Optional.empty();

  private record ChangeUnit(long version, int number, DataUnit unit) {}

  KeyLookup(
      ChangeFeed feed, Schema schema, TableUnits units, UnitReader reader, Decoders decoders) {
    this.feed = feed;
    this.schema = schema;
    this.keyIndex = feed.columns().indexOf(feed.keyColumn());
    this.units = units;
    this.reader = reader;
    this.decoders = decoders;
  }

  /**
   * What the table has left of {@code keys} at the last version of the slice. If files of that
   * version have been vacuumed away, the latest version is asked: what it says is said again by the
   * slices that follow.
   */
  LeftRows find(Slice slice, Map<String, KeyRows> keys) throws InterruptedException {
    Map<String, Set<RowValues>> sought = new HashMap<>();
    keys.forEach(
        (key, rows) ->
            sought.put(
                key,
                rows.present().stream()
                    .map(row -> new RowValues(row.values()))
                    .collect(Collectors.toUnmodifiableSet())));
    long version = slice.lastVersion();
    try {
      // In this order, so that each new commit is read once for both.
      FileDates ofFiles = datesAt(version);
      List<DataUnit> files = files(slice, version);
      units.requireKey(units.snapshot(version));
      return find(version, ofFiles, files, sought);
    } catch (FreshetException e) {
      long latest = units.latestVersion();
      if (e.category() != FailureCategory.HISTORY_LOST || latest == version) {
        throw e;
      }
      LOG.info("Keys are looked up in version {}: {}", latest, e.getMessage());
      FileDates ofFiles = datesAt(latest);
      return find(latest, ofFiles, units.snapshot(latest).units(), sought);
    }
  }

  /**
   * The files to look into. Those that a cut commit added are left out if their rows are changes by
   * themselves: its other slices have written these, and a delete spares what they wrote. So a
   * table that is overwritten at once is not read again for each slice.
   */
  private List<DataUnit> files(Slice slice, long version) {
    Set<String> ofChanges =
        feed.follows(ChangeType.INSERT) && cuts(slice, version)
            ? units.commit(version).stream()
                .flatMap(commit -> commit.units().stream())
                .filter(unit -> unit.content() == UnitContent.INSERTED && unit.isWholeFile())
                .map(DataUnit::path)
                .collect(Collectors.toUnmodifiableSet())
            : Set.of();
    return units.snapshot(version).units().stream()
        .filter(file -> !ofChanges.contains(file.path()))
        .toList();
  }

  /** Whether the slice holds only a part of that version. */
  static boolean cuts(Slice slice, long version) {
    return isWithin(slice.from(), version) || isWithin(slice.to(), version);
  }

  private static boolean isWithin(Position position, long version) {
    return position.version() == version && !position.isStartOfVersion();
  }

  private LeftRows find(
      long version, FileDates ofFiles, List<DataUnit> files, Map<String, Set<RowValues>> sought)
      throws InterruptedException {
    ChangedRows changed = changed(version, ofFiles, files, sought.keySet());
    LeftRows left = new LeftRows(sought, feed);
    decoders.inOrder(
        files,
        file -> {
          FileDates.Dates ofFile = ofFiles.of(file.path());
          LeftRows rows = new LeftRows(sought, feed);
          read(
              file,
              (row, key, values) ->
                  rows.add(key, values, changed.date(key, values, ofFile.of(row))));
          return rows;
        },
        left::addAll);
    return left;
  }

  /** Drops all that is known of the table: it may be another one's. */
  void forget() {
    dates = Optional.empty();
  }

  private FileDates datesAt(long version) {
    Optional<FileDates> last = dates.filter(known -> goesOnTo(version, known));
    dates = Optional.empty(); // What fails on its way is of no use any more.
    FileDates at =
        last.flatMap(known -> advanced(known, version))
            .or(() -> keptBefore(version).flatMap(known -> advanced(known, version)))
            .orElseGet(() -> fromLog(version));
    dates = Optional.of(at);
    return at;
  }

  /** Empty if commits on the way have been cleaned away. */
  private static Optional<FileDates> advanced(FileDates known, long version) {
    try {
      known.advance(version);
      return Optional.of(known);
    } catch (FreshetException e) {
      if (e.category() != FailureCategory.HISTORY_LOST) {
        throw e;
      }
      LOG.info("The log was cleaned up meanwhile: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private FileDates fromLog(long version) {
    long first = Math.max(0, version + 1 - MOST_COMMITS);
    FileDates read = new FileDates(units.log(), Cursor.changesFrom(first));
    read.advance(version);
    return read;
  }

  private static boolean goesOnTo(long version, FileDates known) {
    return known.version() <= version && version - known.version() < MOST_COMMITS;
  }

  /** What the ledger keeps goes further back, and is there at once after a restart. */
  private Optional<FileDates> keptBefore(long version) {
    return Ledger.at(feed.ledger())
        .beginning()
        .flatMap(beginning -> KeptTable.newest(feed, units.log(), beginning, version))
        .map(KeptTable::dates)
        .filter(known -> goesOnTo(version, known));
  }

  /** What the change files say of rows of these keys, as far as {@code files} need it. */
  private ChangedRows changed(
      long version, FileDates ofFiles, List<DataUnit> files, Set<String> keys)
      throws InterruptedException {
    // They are compared with the rows that are left, as the table has them then.
    Optional<TableSchema> columns = units.snapshot(version).schema();
    List<ChangeUnit> changeUnits = new ArrayList<>();
    for (long commit : ofFiles.changes(files)) {
      List<DataUnit> all = units.log().units(commit);
      for (int number = 0; number < all.size(); number++) {
        if (all.get(number).content() == UnitContent.CHANGED_TO) {
          DataUnit file = all.get(number);
          changeUnits.add(
              new ChangeUnit(commit, number, columns.map(file::declaredBy).orElse(file)));
        }
      }
    }
    ChangedRows changed = new ChangedRows();
    decoders.inOrder(
        changeUnits,
        unit -> {
          ChangedRows ofUnit = new ChangedRows();
          try {
            read(
                unit.unit(),
                (row, key, values) -> {
                  if (keys.contains(key)) {
                    ofUnit.add(key, values, RowDate.at(unit.version(), unit.number(), row));
                  }
                });
          } catch (FreshetException e) {
            if (e.category() != FailureCategory.HISTORY_LOST) {
              throw e;
            }
            LOG.info(
                "Rows of version {} cannot be told from older ones: {}",
                unit.version(),
                e.getMessage());
          }
          return ofUnit;
        },
        changed::addAll);
    return changed;
  }

  private interface KeyedSink {
    void row(long row, String key, Object[] values);
  }

  private void read(DataUnit unit, KeyedSink sink) throws InterruptedException {
    reader.read(
        unit,
        schema,
        0,
        Long.MAX_VALUE,
        (row, type, values) ->
            KeyText.of(values[keyIndex]).ifPresent(key -> sink.row(row, key, values)));
  }
}
