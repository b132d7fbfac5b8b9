package io.freshet.delta.table;

import io.freshet.changes.FreshetException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FileStatus;

/**
 * A table at one version: its protocol, its metadata and its live files (Delta protocol, section
 * <i>Action Reconciliation</i>). The commit that follows makes it the next version's. It grows with
 * the table's live files, and not with its log. Not safe for use by several threads at once.
 */
final class TableImage {
  /** The version before the first commit. */
  private static final long EMPTY = -1;

  /** How many commits are read until it is asked again whose they are. */
  private static final int READ_AT_ONCE = 32;

  /** How many partitions without files are remembered in any case. */
  private static final int SPARE_PARTITIONS = 16;

  private final LogFolder folder;
  private final DataPaths paths;
  private final CommitReader commits;
  private final Map<String, FileList.Entry> files;
  private final Map<Map<String, String>, Map<String, String>> partitions = new HashMap<>();
  private long version;
  private Optional<CommitStamp> stamp;
  private long stateFrom;
  private Optional<LogProtocol> protocol;
  private Optional<TableMetadata> metadata;

  /** The columns of the metadata, once they have been asked for. */
  private Optional<TableSchema> columns = Optional.empty();

  private TableImage(
      LogFolder folder,
      long version,
      Optional<CommitStamp> stamp,
      long stateFrom,
      Optional<LogProtocol> protocol,
      Optional<TableMetadata> metadata,
      Iterable<FileList.Entry> files) {
    this.folder = folder;
    this.paths = new DataPaths(folder.table());
    this.commits = new CommitReader(folder);
    this.version = version;
    this.stamp = stamp;
    this.stateFrom = stateFrom;
    this.protocol = protocol;
    this.metadata = metadata;
    this.files = new HashMap<>();
    files.forEach(this::add);
  }

  /** The table before its first commit. */
  static TableImage empty(LogFolder folder) {
    return new TableImage(
        folder, EMPTY, Optional.empty(), 0, Optional.empty(), Optional.empty(), List.of());
  }

  /**
   * The table at a version that is known.
   *
   * @param stamp of the commit of that version; empty if only a checkpoint is left of it
   */
  static TableImage of(
      LogFolder folder,
      long version,
      Optional<CommitStamp> stamp,
      TableState state,
      Iterable<FileList.Entry> files) {
    return new TableImage(
        folder,
        version,
        stamp,
        state.from(),
        Optional.of(state.protocol()),
        Optional.of(state.metadata()),
        files);
  }

  /** This image as it is now. */
  TableImage copy() {
    return new TableImage(folder, version, stamp, stateFrom, protocol, metadata, files.values());
  }

  LogFolder folder() {
    return folder;
  }

  long version() {
    return version;
  }

  /** How many partitions are remembered. */
  int partitionsHeld() {
    return partitions.size();
  }

  /** The stamp of the commit of this version; empty before the first. */
  Optional<CommitStamp> stamp() {
    return stamp;
  }

  /** Protocol and metadata; empty if no commit so far states both. */
  Optional<TableState> state() {
    return protocol.isPresent() && metadata.isPresent()
        ? Optional.of(new TableState(stateFrom, version, protocol.get(), metadata.get()))
        : Optional.empty();
  }

  /** The live files, with the columns of this version. There are protocol and metadata. */
  FileList files() {
    if (columns.isEmpty()) {
      columns = metadata.map(TableMetadata::schema);
    }
    FileList.Builder list = new FileList.Builder(paths, columns.orElseThrow());
    list.addAll(files.values());
    return list.build();
  }

  /**
   * Goes on to version {@code to}, which is there. After a failure this is of no use any more.
   *
   * @throws FreshetException {@code STORAGE_UNAVAILABLE} if another table was at the path while its
   *     commits were read
   */
  void advance(long to) {
    advance(to, actions -> {});
  }

  /** The same; {@code changes} takes what each commit did. */
  void advanceWith(long to, Consumer<FileChanges> changes) {
    advance(to, actions -> changes.accept(actions.fileChanges(paths)));
  }

  private void advance(long to, Consumer<CommitActions> each) {
    Optional<CommitStamp> known = stamp;
    long knownAt = version;
    while (version < to) {
      long end = Math.min(to, version + READ_AT_ONCE);
      while (version < end) {
        each.accept(next());
        if (known.isEmpty()) {
          known = stamp;
          knownAt = version;
        }
      }
      requireSame(knownAt, known.orElseThrow());
      requireSame(version, stamp.orElseThrow());
    }
  }

  /** Goes on by one commit, and says what that did. */
  FileChanges advanceByOne() {
    Optional<CommitStamp> known = stamp;
    long knownAt = version;
    CommitActions actions = next();
    known.ifPresent(before -> requireSame(knownAt, before));
    return actions.fileChanges(paths);
  }

  private CommitActions next() {
    long next = version + 1;
    Optional<FileStatus> status = folder.commitStatus(next);
    CommitActions actions = commits.actions(next);
    if (status.isEmpty() || status.get().getLen() != actions.bytes()) {
      throw new LogErrors(folder.table()).notAsItWas(next);
    }
    apply(actions);
    version = next;
    stamp =
        Optional.of(
            new CommitStamp(
                status.get().getModificationTime(), actions.bytes(), actions.checksum()));
    return actions;
  }

  private void apply(CommitActions actions) {
    actions.removed().forEach(remove -> files.remove(key(remove.path())));
    actions.added().forEach(add -> add(add.file()));
    if (partitions.size() > 2 * files.size() + SPARE_PARTITIONS) {
      partitions.clear(); // Most are of files that are gone.
      files.replaceAll((name, file) -> shared(file));
    }
    if (actions.protocol().isPresent() || actions.metadata().isPresent()) {
      stateFrom = version + 1;
      protocol = actions.protocol().or(() -> protocol);
      metadata = actions.metadata().or(() -> metadata);
      columns = Optional.empty();
    }
  }

  private void add(FileList.Entry file) {
    files.put(key(file.path()), shared(file));
  }

  private FileList.Entry shared(FileList.Entry file) {
    return file.in(
        partitions.computeIfAbsent(file.partitionValues(), values -> new HashMap<>(values)));
  }

  /**
   * One name for a file, however the log writes it; mostly as the log does, which costs nothing.
   */
  private String key(String logged) {
    boolean plain = !logged.startsWith("/") && logged.indexOf('%') < 0 && logged.indexOf(':') < 0;
    return plain ? logged : paths.resolve(logged);
  }

  /** Whether the commit that this stands at is the one that was read. */
  boolean isSame() {
    return stamp.isEmpty() || isSame(version, stamp.get());
  }

  /** Whether the table still has that commit; it may have been copied, but not been made anew. */
  boolean isThere() {
    Optional<CommitStamp> there = commits.stamp(version);
    boolean same =
        there.isPresent()
            && there.get().bytes() == stamp.orElseThrow().bytes()
            && there.get().checksum() == stamp.orElseThrow().checksum();
    if (same) {
      stamp = there;
    }
    return same;
  }

  private void requireSame(long commit, CommitStamp known) {
    if (!isSame(commit, known)) {
      throw new LogErrors(folder.table()).notAsItWas(commit);
    }
  }

  private boolean isSame(long commit, CommitStamp known) {
    return folder
        .commitStatus(commit)
        .map(
            status ->
                status.getModificationTime() == known.millis() && status.getLen() == known.bytes())
        .orElse(false);
  }
}
