package io.freshet.delta.table;

import io.freshet.changes.FreshetException;
import io.freshet.ledger.ReadCommit;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;

/**
 * A table's log. Single commits are read by their file names and without a listing ({@link
 * CommitReader}); protocol and metadata are looked for from the newest commit back ({@link
 * StateReader}), and the files of a version are those of a checkpoint and the commits after it
 * ({@link TableRebuild}). All of them are one reader of commits and one of checkpoints.
 *
 * <p>Following asks for one file until it is there, then reads it. Whether the feed is on is
 * carried from commit to commit; only a jump costs a look at the table's metadata. No list of the
 * table's files is held.
 */
final class DeltaTableLog implements TableLog {
  /** How often the log is asked whether it still is what it was. */
  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(30);

  private static final long NONE = Long.MIN_VALUE;

  private final LogFolder folder;
  private final String tableId;
  private final LogErrors errors;
  private final CommitReader commits;
  private final CommitTimes times;
  private final LongSupplier nanoClock;
  private final Stillness stillness;

  /** What holds from the last commit on that was read. */
  private Optional<Stated> stated = Optional.empty();

  /** The version that was last found to be yet to come by more than its absence. */
  private long missedVersion = NONE;

  private long missedNanos;

  /** The last commit that was read, and one before it that was seen to be this table's. */
  private Optional<SeenCommit> newest = Optional.empty();

  private Optional<SeenCommit> anchor = Optional.empty();
  private long anchoredNanos;

  /** The commit that was last asked for its files. */
  private Optional<SeenCommit> lastChanges = Optional.empty();

  private record SeenCommit(long version, Instant modified) {}

  /**
   * What holds after a commit.
   *
   * @param digest the commit's
   */
  private record Stated(long version, String digest, TableMetadata metadata, TableSchema schema) {
    Stated at(long later, String itsDigest) {
      return new Stated(later, itsDigest, metadata, schema);
    }

    /** Whether it holds after a commit that states nothing; that may have another content now. */
    boolean goesOnTo(long next, String itsDigest) {
      return version == next - 1 || (version == next && digest.equals(itsDigest));
    }
  }

  private DeltaTableLog(
      LogFolder folder, String tableId, LongSupplier nanoClock, Stillness stillness) {
    this.nanoClock = nanoClock;
    this.stillness = stillness;
    this.anchoredNanos = nanoClock.getAsLong();
    this.folder = folder;
    this.tableId = tableId;
    this.errors = new LogErrors(folder.table());
    this.commits = new CommitReader(folder);
    this.times = new CommitTimes(folder);
  }

  static TableLog open(String uri, Configuration hadoopConf) {
    return open(LogFolder.open(uri, hadoopConf), System::nanoTime, Stillness.OF_JVM);
  }

  /**
   * The log of the table in {@code folder}.
   *
   * @param nanoClock grows by a nanosecond each nanosecond
   */
  static TableLog open(LogFolder folder, LongSupplier nanoClock) {
    return open(folder, nanoClock, new Stillness(nanoClock));
  }

  private static TableLog open(LogFolder folder, LongSupplier nanoClock, Stillness stillness) {
    try {
      TableState latest = LogHead.of(folder).latestState();
      latest.protocol().requireKnown(folder.table().toString());
      return new DeltaTableLog(folder, latest.metadata().id(), nanoClock, stillness);
    } catch (FreshetException e) {
      forget(folder); // Another table may have been there.
      throw e;
    }
  }

  @Override
  public TableInfo info() {
    LogHead head = LogHead.of(folder);
    return info(head, head.latestVersion());
  }

  @Override
  public TableInfo infoAt(long version) {
    return atVersion(version, head -> info(head, version));
  }

  private TableInfo info(LogHead head, long version) {
    TableMetadata metadata = state(head, version).metadata();
    return new TableInfo(
        metadata.id(),
        folder.table().toString(),
        version,
        metadata.schema(),
        metadata.partitionColumns(),
        metadata.changeFeed(),
        metadata.mapping() != ColumnMapping.NONE,
        Retention.of(metadata.configuration()));
  }

  private TableState state(LogHead head, long version) {
    TableState state = head.stateAt(version);
    state.protocol().requireKnown(folder.table().toString());
    return state;
  }

  /** Files of the log may have gone since it was listed. */
  private <T> T atVersion(long version, Function<LogHead, T> read) {
    LogHead head = LogHead.of(folder);
    try {
      requireRebuildable(version, head);
      return read.apply(head);
    } catch (FreshetException e) {
      head = LogHead.anew(folder);
      requireRebuildable(version, head);
      return read.apply(head);
    }
  }

  private void requireRebuildable(long version, LogHead head) {
    long listed = head.listing().commits().latest();
    long latest = version > listed ? head.latestVersion() : listed;
    if (version < 0 || version > latest) {
      throw errors.notYet(version, latest);
    }
    OptionalLong oldest = head.listing().oldestRebuildable();
    if (oldest.isEmpty() || version < oldest.getAsLong()) {
      throw errors.historyLost(version, head.listing());
    }
  }

  @Override
  public TableSnapshot snapshot(long version) {
    SharedImage shared = SharedImage.of(folder);
    Optional<FileList> carried = shared.files(version);
    if (carried.isPresent()) {
      return new TableSnapshot(version, timestamp(version), carried.get());
    }
    TableImage image = rebuilt(version);
    FileList files = image.files();
    if (isThisTables(image)) {
      shared.offer(image); // Later versions are carried on from this one.
    }
    return new TableSnapshot(version, timestamp(version), files);
  }

  /**
   * The table at {@code version}, -1 before its first commit; empty if that cannot be told from
   * another table.
   */
  Optional<TableImage> image(long version) {
    if (version < 0) {
      return Optional.of(TableImage.empty(folder));
    }
    return SharedImage.of(folder)
        .at(version, TableImage::copy)
        .or(() -> Optional.of(rebuilt(version)).filter(this::isThisTables));
  }

  private boolean isThisTables(TableImage image) {
    return image.stamp().isPresent()
        && image.state().map(state -> isOfThisTable(state.metadata().id())).orElse(false);
  }

  private TableImage rebuilt(long version) {
    return atVersion(version, head -> new TableRebuild(folder, head.listing()).at(version));
  }

  @Override
  public Instant timestamp(long version) {
    Instant modified =
        folder.commitTime(version).orElseThrow(() -> errors.historyLost(version, folder.list()));
    return commits.inCommitTimestamp(version).orElseGet(() -> times.of(version, modified));
  }

  @Override
  public Optional<Commit> commit(long version) {
    Optional<Instant> modified = folder.commitTime(version);
    if (modified.isEmpty()) {
      checkNotLost(version);
      return Optional.empty();
    }
    checkSameTable();
    Optional<CommitReader.Contents> read = commits.readUnlessBeingWritten(version, stillness);
    if (read.isEmpty()) {
      return Optional.empty();
    }
    CommitReader.Contents contents = read.get();
    contents.protocol().ifPresent(stated -> stated.requireKnown(folder.table().toString()));
    Stated now = stated(version, contents);
    stated = Optional.of(now);
    if (!now.metadata().changeFeed()) {
      throw errors.feedOff(version, feedOnFrom(version + 1));
    }
    newest = Optional.of(new SeenCommit(version, modified.get()));
    anchor = anchor.or(() -> newest);
    return Optional.of(
        new Commit(
            version,
            contents.inCommitTimestamp().orElseGet(() -> times.of(version, modified.get())),
            units(version, contents).stream().map(unit -> unit.declaredBy(now.schema())).toList(),
            contents.metadata().map(stating -> now.schema()),
            Optional.of(now.schema()),
            contents.digest(),
            new ReadCommit(
                version, contents.bytes(), modified.get().toEpochMilli(), contents.digest())));
  }

  /** What holds from {@code version} on: carried from commit to commit, looked for after a jump. */
  private Stated stated(long version, CommitReader.Contents contents) {
    if (contents.metadata().isPresent()) {
      TableMetadata metadata = contents.metadata().get();
      return new Stated(version, contents.digest(), metadata, metadata.schema());
    }
    return stated
        .filter(known -> known.goesOnTo(version, contents.digest()))
        .map(known -> known.at(version, contents.digest()))
        .orElseGet(
            () -> {
              TableMetadata metadata = atVersion(version, head -> state(head, version)).metadata();
              return new Stated(version, contents.digest(), metadata, metadata.schema());
            });
  }

  @Override
  public List<DataUnit> units(long version) {
    return folder.has(version) ? commits.read(version).units() : List.of();
  }

  @Override
  public Optional<String> digest(long version) {
    try {
      return Optional.of(LogDigest.ofAll(folder.open(LogFile.commitName(version))));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw Failures.storage(folder.commitFile(version).toString(), e);
    }
  }

  @Override
  public CommitChange changeOf(ReadCommit read) {
    return commits.changeOf(read, false);
  }

  @Override
  public CommitChange contentChangeOf(ReadCommit read) {
    return commits.changeOf(read, true);
  }

  @Override
  public String idNow() {
    return LogHead.anew(folder).latestState().metadata().id();
  }

  @Override
  public void forget() {
    forget(folder);
  }

  private static void forget(LogFolder folder) {
    LogHead.forget(folder);
    SharedImage.forget(folder);
  }

  @Override
  public Optional<Columns> columnsBefore(long version) {
    if (version == 0) {
      return Optional.empty();
    }
    TableState before = atVersion(version - 1, head -> state(head, version - 1));
    return Optional.of(new Columns(before.from(), before.metadata().schema()));
  }

  @Override
  public boolean hasCommit(long version) {
    if (folder.has(version)) {
      return true;
    }
    checkNotLost(version);
    return false;
  }

  @Override
  public FileChanges fileChanges(long version) {
    FileChanges changes = SharedImage.of(folder).changes(version, commits);
    Optional<SeenCommit> before = lastChanges.filter(last -> last.version() == version - 1);
    lastChanges = seen(version);
    // Another table may have come since, or may have gone. One that is gone was cleaned away.
    if (before.isPresent() && !seen(version - 1).map(before.get()::equals).orElse(true)) {
      throw errors.notAsItWas(version - 1);
    }
    return changes;
  }

  private Optional<SeenCommit> seen(long version) {
    return folder
        .commitStatus(version)
        .map(file -> new SeenCommit(version, Instant.ofEpochMilli(file.getModificationTime())));
  }

  @Override
  public long oldestVersion() {
    return folder
        .list()
        .oldestRebuildable()
        .orElseThrow(() -> errors.historyLost(0, folder.list()));
  }

  @Override
  public long oldestVersionWithFeed(long last) {
    long oldest = oldestVersion();
    boolean on = infoAt(oldest).changeFeed();
    long from = oldest;
    for (long version = oldest; version <= last; version++) {
      on = commits.read(version).metadata().map(TableMetadata::changeFeed).orElse(on);
      if (!on) {
        from = version + 1;
      }
    }
    if (from > last) {
      throw errors.feedOff(last, feedOnFrom(from));
    }
    return from;
  }

  /** Some writers leave out what partition a removed file is of; the version before has it. */
  private List<DataUnit> units(long version, CommitReader.Contents contents) {
    if (!contents.lacksPartitionValues() || !mustKnowFilesBefore(version)) {
      return contents.units();
    }
    Map<String, DataUnit> before =
        version == 0
            ? Map.of()
            : snapshot(version - 1).files().stream()
                .collect(Collectors.toMap(DataUnit::path, Function.identity()));
    // A file that was not there is not removed: none of its rows is deleted.
    return contents.units().stream()
        .filter(unit -> unit.content() != UnitContent.DELETED || before.containsKey(unit.path()))
        .map(
            unit ->
                unit.content() == UnitContent.DELETED
                    ? unit.in(before.get(unit.path()).partitionValues())
                    : unit)
        .toList();
  }

  /** Without partitions they only tell whether a removed file was there. */
  private boolean mustKnowFilesBefore(long version) {
    OptionalLong oldest = LogHead.of(folder).listing().oldestRebuildable();
    return version == 0
        || (oldest.isPresent() && oldest.getAsLong() < version)
        || !infoAt(version).partitionColumns().isEmpty();
  }

  /** The first commit from {@code version} on that switches the feed on. Slow: for errors alone. */
  private OptionalLong feedOnFrom(long version) {
    for (long later = version; folder.has(later); later++) {
      if (commits.read(later).metadata().filter(TableMetadata::changeFeed).isPresent()) {
        return OptionalLong.of(later);
      }
    }
    return OptionalLong.empty();
  }

  /**
   * Tells a commit that is yet to come from one that was cleaned away. The latter has later ones
   * beside it, or lacks the one before, which is there as long as it is the latest.
   */
  private void checkNotLost(long version) {
    long now = nanoClock.getAsLong();
    boolean follows = newest.isPresent() && newest.get().version() == version - 1;
    if ((missedVersion == version || (missedVersion != NONE && follows))
        && now - missedNanos < CHECK_INTERVAL.toNanos()) {
      return;
    }
    checkSameTable();
    if (!folder.has(version - 1) || folder.has(version + 1)) {
      checkListed(version);
    }
    missedVersion = version;
    missedNanos = now;
  }

  private void checkListed(long version) {
    LogListing listing = folder.list();
    if (listing.latestCommit().isEmpty()) {
      throw folder.notDelta();
    }
    // It may have come between the look for it and the listing.
    if (listing.latestCommit().getAsLong() > version && !folder.has(version)) {
      throw errors.historyLost(version, listing);
    }
    long read = stated.map(Stated::version).orElse(NONE);
    if (read > listing.latestCommit().getAsLong()) {
      throw errors.wentBack(read, listing.latestCommit().getAsLong());
    }
  }

  /**
   * Whether this still is the table that it was: a commit of it has the file that it had, or the
   * table has the same id. Asked now and then; a table that was made anew in between has another
   * file there.
   */
  private void checkSameTable() {
    long now = nanoClock.getAsLong();
    if (anchor.isEmpty() || now - anchoredNanos < CHECK_INTERVAL.toNanos()) {
      return;
    }
    SeenCommit known = anchor.get();
    if (!folder.commitTime(known.version()).equals(Optional.of(known.modified()))) {
      String id = LogHead.anew(folder).latestState().metadata().id();
      if (!isOfThisTable(id)) {
        throw errors.replaced(known.version(), tableId, id);
      }
    }
    anchor = newest;
    anchoredNanos = now;
  }

  /** A table that is replaced in its log gets another id. */
  private boolean isOfThisTable(String id) {
    return id.equals(tableId) || stated.map(read -> read.metadata().id().equals(id)).orElse(false);
  }
}
