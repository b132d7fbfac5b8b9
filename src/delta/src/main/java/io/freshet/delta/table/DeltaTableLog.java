package io.freshet.delta.table;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A table's log. The table at a version is rebuilt by delta-standalone where it can, by Delta
 * Kernel where it cannot ({@link LogProtocol#isStandalones}); single commits are read by their file
 * names, without a listing.
 *
 * <p>Following asks for the status of one file until it is there, then reads it. Whether the feed
 * is on is carried from commit to commit; only a jump costs a look at the table's metadata. No list
 * of the table's files is held.
 */
final class DeltaTableLog implements TableLog {
  private static final Logger LOG = LoggerFactory.getLogger(DeltaTableLog.class);

  /** How often a commit that is not there is looked for among later ones. */
  private static final Duration LISTING_INTERVAL = Duration.ofSeconds(30);

  private static final long NONE = Long.MIN_VALUE;

  private final LogFolder folder;
  private final Configuration hadoopConf;
  private final LogErrors errors;
  private final DataPaths paths;
  private final CommitReader commits;
  private final CommitTimes times;
  private LogReplay replay;

  /** The version whose end {@link #feedOn} describes. */
  private long feedKnownAt = NONE;

  private boolean feedOn;

  /** The version that was last found missing by a listing, and when. */
  private long missedVersion = NONE;

  private long missedNanos;

  private DeltaTableLog(LogFolder folder, Configuration hadoopConf, LogReplay replay) {
    this.folder = folder;
    this.hadoopConf = hadoopConf;
    this.errors = new LogErrors(folder.table());
    this.paths = new DataPaths(folder.table());
    this.commits = new CommitReader(folder);
    this.times = new CommitTimes(folder);
    this.replay = replay;
  }

  static TableLog open(String uri, Configuration hadoopConf) {
    LogFolder folder = LogFolder.open(uri, hadoopConf);
    if (folder.list().latestCommit().isEmpty()) {
      throw folder.notDelta();
    }
    Optional<LogProtocol> protocol = LogProtocol.newest(folder, hadoopConf);
    if (protocol.isPresent() && !protocol.get().isKnown()) {
      throw protocol.get().unsupported(folder.table().toString());
    }
    // Where the protocol is in a checkpoint of another kind, that is one for Kernel.
    boolean standalone = protocol.map(LogProtocol::isStandalones).orElse(false);
    return open(
        folder,
        hadoopConf,
        standalone
            ? new StandaloneReplay(folder, hadoopConf)
            : new KernelReplay(folder, hadoopConf));
  }

  /** The log of the table in {@code folder}, rebuilt by {@code replay}. */
  static TableLog open(LogFolder folder, Configuration hadoopConf, LogReplay replay) {
    LOG.info("{} is rebuilt by {}", folder.table(), replay.getClass().getSimpleName());
    return new DeltaTableLog(folder, hadoopConf, replay);
  }

  @Override
  public TableInfo info() {
    return replaying(() -> info(replay.latest()));
  }

  @Override
  public TableInfo infoAt(long version) {
    return replaying(() -> info(at(version)));
  }

  /** Kernel knows older and newer protocols than the one that the table was opened with. */
  private <T> T replaying(Supplier<T> read) {
    try {
      return read.get();
    } catch (FreshetException e) {
      if (e.category() != FailureCategory.TABLE_UNSUPPORTED || replay instanceof KernelReplay) {
        throw e;
      }
      useKernel();
      return read.get();
    }
  }

  private void useKernel() {
    LOG.info("{} is rebuilt by {} from now on", folder.table(), "KernelReplay");
    replay = new KernelReplay(folder, hadoopConf);
  }

  private LogReplay.ReplayedTable at(long version) {
    LogListing listing = folder.list();
    long latest = listing.latestCommit().orElse(-1);
    if (version < 0 || version > latest) {
      throw errors.notYet(version, latest);
    }
    if (listing.oldestRebuildable().isEmpty()
        || version < listing.oldestRebuildable().getAsLong()) {
      throw errors.historyLost(version, listing);
    }
    return replay.at(version);
  }

  private TableInfo info(LogReplay.ReplayedTable table) {
    TableMetadata metadata = table.metadata();
    return new TableInfo(
        metadata.id(),
        folder.table().toString(),
        table.version(),
        metadata.schema(),
        metadata.partitionColumns(),
        metadata.changeFeed(),
        metadata.mapping() != ColumnMapping.NONE,
        Retention.of(metadata.configuration()));
  }

  @Override
  public TableSnapshot snapshot(long version) {
    return replaying(
        () -> {
          LogReplay.ReplayedTable table = at(version);
          FileList.Builder files = new FileList.Builder(paths);
          table.addFilesTo(files);
          return new TableSnapshot(version, timestamp(version), files.build());
        });
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
    CommitReader.Contents contents = commits.read(version);
    checkProtocol(contents);
    checkFeed(version, contents);
    return Optional.of(
        new Commit(
            version,
            contents.inCommitTimestamp().orElseGet(() -> times.of(version, modified.get())),
            units(version, contents),
            contents.metadata().map(TableMetadata::schema)));
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

  @Override
  public long oldestVersionWithFeed(long last) {
    long oldest = oldestVersion();
    boolean on = infoAt(oldest).changeFeed();
    long from = oldest;
    for (long version = oldest; version <= last; version++) {
      if (folder.commitTime(version).isEmpty()) {
        throw errors.historyLost(version, folder.list());
      }
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

  private void checkProtocol(CommitReader.Contents contents) {
    if (contents.protocol().isPresent() && !contents.protocol().get().isKnown()) {
      throw contents.protocol().get().unsupported(folder.table().toString());
    }
    if (contents.protocol().isPresent()
        && !contents.protocol().get().isStandalones()
        && replay instanceof StandaloneReplay) {
      useKernel();
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
            .map(TableMetadata::changeFeed)
            .orElseGet(() -> known ? feedOn : infoAt(version).changeFeed());
    feedOn = on;
    feedKnownAt = version;
    if (!on) {
      throw errors.feedOff(version, feedOnFrom(version + 1));
    }
  }

  /** The first commit from {@code version} on that switches the feed on. Slow: for errors alone. */
  private OptionalLong feedOnFrom(long version) {
    for (long later = version; folder.commitTime(later).isPresent(); later++) {
      if (commits.read(later).metadata().filter(TableMetadata::changeFeed).isPresent()) {
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
    if (feedKnownAt > listing.latestCommit().getAsLong()) {
      throw errors.wentBack(feedKnownAt, listing.latestCommit().getAsLong());
    }
    missedVersion = version;
    missedNanos = now;
  }
}
