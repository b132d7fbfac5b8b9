package io.freshet.delta.table;

import io.delta.standalone.DeltaLog;
import io.delta.standalone.Snapshot;
import io.delta.standalone.actions.AddFile;
import io.delta.standalone.actions.Metadata;
import io.delta.standalone.data.CloseableIterator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;

/**
 * A table's log. The table at a version is rebuilt by delta-standalone; single commits are read by
 * their file names, without a listing.
 *
 * <p>Following asks for the status of one file until it is there, then reads it. Whether the feed
 * is on is carried from commit to commit; only a jump costs a look at the table's metadata. No list
 * of the table's files is held.
 */
final class StandaloneTableLog implements TableLog {
  /** How often a commit that is not there is looked for among later ones. */
  private static final Duration LISTING_INTERVAL = Duration.ofSeconds(30);

  private static final long NONE = Long.MIN_VALUE;

  private final LogFolder folder;
  private final StandaloneErrors standalone;
  private final LogErrors errors;
  private final DataPaths paths;
  private final CommitReader commits;
  private final DeltaLog log;

  /** The version whose end {@link #feedOn} describes. */
  private long feedKnownAt = NONE;

  private boolean feedOn;

  /** The version that was last found missing by a listing, and when. */
  private long missedVersion = NONE;

  private long missedNanos;

  private StandaloneTableLog(LogFolder folder, StandaloneErrors standalone, DeltaLog log) {
    this.folder = folder;
    this.standalone = standalone;
    this.errors = new LogErrors(folder.table());
    this.paths = new DataPaths(folder.table());
    this.commits = new CommitReader(folder);
    this.log = log;
  }

  static TableLog open(String uri, Configuration hadoopConf) {
    LogFolder folder = LogFolder.open(uri, hadoopConf);
    StandaloneErrors standalone = new StandaloneErrors(folder, hadoopConf);
    // A copy: delta-standalone adds settings of its own.
    Configuration own = new Configuration(hadoopConf);
    DeltaLog log = standalone.translating(() -> DeltaLog.forTable(own, folder.table()));
    if (log.snapshot().getVersion() < 0) {
      throw folder.notDelta();
    }
    return new StandaloneTableLog(folder, standalone, log);
  }

  @Override
  public TableInfo info() {
    return standalone.translating(() -> info(update()));
  }

  @Override
  public TableInfo infoAt(long version) {
    return standalone.translating(() -> info(at(version)));
  }

  private Snapshot update() {
    Snapshot snapshot = log.update();
    if (snapshot.getVersion() < 0) {
      throw folder.notDelta();
    }
    return snapshot;
  }

  private Snapshot at(long version) {
    LogListing listing = folder.list();
    long latest = listing.latestCommit().orElse(-1);
    if (version < 0 || version > latest) {
      throw errors.notYet(version, latest);
    }
    if (listing.oldestRebuildable().isEmpty()
        || version < listing.oldestRebuildable().getAsLong()) {
      throw errors.historyLost(version, listing);
    }
    // The latest is kept by delta-standalone, an older one is rebuilt.
    return version == latest && log.update().getVersion() == version
        ? log.snapshot()
        : log.getSnapshotForVersionAsOf(version);
  }

  private TableInfo info(Snapshot snapshot) {
    Metadata metadata = snapshot.getMetadata();
    return new TableInfo(
        metadata.getId(),
        folder.table().toString(),
        snapshot.getVersion(),
        DeltaSchemas.parse(metadata.getSchema().toJson()),
        metadata.getPartitionColumns(),
        Boolean.parseBoolean(
            metadata.getConfiguration().getOrDefault("delta.enableChangeDataFeed", "false")));
  }

  @Override
  public TableSnapshot snapshot(long version) {
    return standalone.translating(
        () -> {
          Snapshot snapshot = at(version);
          FileList.Builder files = new FileList.Builder(paths);
          try (CloseableIterator<AddFile> adds = snapshot.scan().getFiles()) {
            while (adds.hasNext()) {
              AddFile add = adds.next();
              files.add(
                  add.getPath(),
                  add.getModificationTime(),
                  add.getSize(),
                  FileStatistics.rows(add.getStats()),
                  add.getPartitionValues());
            }
          }
          return new TableSnapshot(version, timestamp(version), files.build());
        });
  }

  private Instant timestamp(long version) {
    Instant modified =
        folder.commitTime(version).orElseThrow(() -> errors.historyLost(version, folder.list()));
    return commits.inCommitTimestamp(version).orElse(modified);
  }

  @Override
  public Optional<Commit> commit(long version) {
    Optional<Instant> timestamp = folder.commitTime(version);
    if (timestamp.isEmpty()) {
      checkNotLost(version);
      return Optional.empty();
    }
    CommitReader.Contents contents = commits.read(version);
    checkProtocol(contents);
    checkFeed(version, contents);
    return Optional.of(
        new Commit(
            version,
            contents.inCommitTimestamp().orElse(timestamp.get()),
            units(version, contents),
            contents.metadata().map(CommitReader.Metadata::schema)));
  }

  @Override
  public FileChanges fileChanges(long version) {
    if (folder.commitTime(version).isEmpty()) {
      throw errors.historyLost(version, folder.list());
    }
    return commits.fileChanges(version);
  }

  @Override
  public long oldestVersion() {
    return folder
        .list()
        .oldestRebuildable()
        .orElseThrow(() -> errors.historyLost(0, folder.list()));
  }

  private void checkProtocol(CommitReader.Contents contents) {
    if (contents.protocol().isPresent() && !contents.protocol().get().isKnown()) {
      throw contents.protocol().get().unsupported(folder.table().toString());
    }
  }

  /** Some writers leave out what partition a removed file is of; the version before has it. */
  private List<DataUnit> units(long version, CommitReader.Contents contents) {
    if (!contents.lacksPartitionValues() || infoAt(version).partitionColumns().isEmpty()) {
      return contents.units();
    }
    Map<String, DataUnit> before =
        snapshot(version - 1).files().stream()
            .collect(Collectors.toMap(DataUnit::path, Function.identity()));
    return contents.units().stream()
        .map(
            unit ->
                unit.content() == UnitContent.DELETED
                    ? unit.in(before.get(unit.path()).partitionValues())
                    : unit)
        .toList();
  }

  private void checkFeed(long version, CommitReader.Contents contents) {
    boolean known = feedKnownAt == version - 1 || feedKnownAt == version;
    boolean on =
        contents
            .metadata()
            .map(CommitReader.Metadata::changeFeed)
            .orElseGet(() -> known ? feedOn : infoAt(version).changeFeed());
    if (!on) {
      throw errors.feedOff(version, feedOnFrom(version + 1));
    }
    feedOn = true;
    feedKnownAt = version;
  }

  /** The first commit from {@code version} on that switches the feed on. Slow: for errors alone. */
  private OptionalLong feedOnFrom(long version) {
    for (long later = version; folder.commitTime(later).isPresent(); later++) {
      if (commits.read(later).metadata().filter(CommitReader.Metadata::changeFeed).isPresent()) {
        return OptionalLong.of(later);
      }
    }
    return OptionalLong.empty();
  }

  /**
   * Tells a commit that is yet to come from one that was cleaned away. The latter has later ones
   * beside it, which only a listing shows.
   */
  private void checkNotLost(long version) {
    long now = System.nanoTime();
    if (missedVersion == version && now - missedNanos < LISTING_INTERVAL.toNanos()) {
      return;
    }
    LogListing listing = folder.list();
    if (listing.latestCommit().isEmpty()) {
      throw folder.notDelta();
    }
    // It may have come between the look for it and the listing.
    if (listing.latestCommit().getAsLong() > version && folder.commitTime(version).isEmpty()) {
      throw errors.historyLost(version, listing);
    }
    missedVersion = version;
    missedNanos = now;
  }
}
