package io.freshet.delta.table;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Finds a table's protocol and metadata at a version: the newest that a commit states, looked for
 * from that version back to the checkpoint before it, which has both (Delta protocol, section
 * <i>Action Reconciliation</i>). Where that cannot be read, the one before and its commits say it.
 */
final class StateReader {
  private final LogFolder folder;
  private final CommitReader commits;
  private final LogListing listing;
  private final List<TableState> known;

  /** The version of the newer of both. */
  private long from;

  private Optional<LogProtocol> protocol = Optional.empty();
  private Optional<TableMetadata> metadata = Optional.empty();

  private StateReader(LogFolder folder, LogListing listing, List<TableState> known) {
    this.folder = folder;
    this.commits = new CommitReader(folder);
    this.listing = listing;
    this.known = known;
  }

  /**
   * The state at {@code version}, which can be rebuilt.
   *
   * @param listing the log's files; commits after its last one may be there, too
   * @param known the state at earlier versions, where that has been read before
   * @throws FreshetException {@code HISTORY_LOST} if a file of the log is gone, {@code
   *     CORRUPT_FILE} if one cannot be read as what it is, or if none has protocol and metadata
   */
  static TableState read(
      LogFolder folder, LogListing listing, long version, List<TableState> known) {
    return new StateReader(folder, listing, known).read(version);
  }

  private TableState read(long version) {
    TableRebuild checkpoints = new TableRebuild(folder, listing);
    long unread = version;
    while (!isComplete()) {
      OptionalLong checkpoint = listing.checkpoints().before(unread);
      try {
        unread = readCommits(unread, checkpoint.orElse(-1));
      } catch (FreshetException e) {
        throw checkpoints.blamed(e);
      }
      if (isComplete() || checkpoint.isEmpty()) {
        break;
      }
      long known = checkpoint.getAsLong();
      checkpoints
          .read(known, names -> CheckpointReader.state(folder, known, names))
          .ifPresent(this::take);
      if (!isComplete()) {
        // The checkpoint's own commit is read as well.
        unread = readCommits(known, known - 1);
      }
    }
    if (!isComplete()) {
      throw checkpoints.blamed(
          new FreshetException(
              FailureCategory.CORRUPT_FILE,
              "The log of %s states no %s up to version %d; restore its files"
                  .formatted(
                      folder.table(), protocol.isEmpty() ? "protocol" : "metadata", version)));
    }
    return new TableState(from, version, protocol.get(), metadata.get());
  }

  /** Reads commits, the newest first, down to the one after {@code end}; where it has stopped. */
  private long readCommits(long newest, long end) {
    long at = newest;
    for (; at > end && !isComplete(); at--) {
      Optional<TableState> state = knownAt(at);
      if (state.isPresent()) {
        take(state.get());
      } else {
        take(commits.read(at), at);
      }
    }
    return at;
  }

  private Optional<TableState> knownAt(long version) {
    return known.stream().filter(state -> state.holdsAt(version)).findFirst();
  }

  private void take(TableState state) {
    from = Math.max(from, state.from());
    protocol = protocol.or(() -> Optional.of(state.protocol()));
    metadata = metadata.or(() -> Optional.of(state.metadata()));
  }

  private boolean isComplete() {
    return protocol.isPresent() && metadata.isPresent();
  }

  private void take(CommitReader.Contents contents, long version) {
    if (protocol.isEmpty() && contents.protocol().isPresent()) {
      protocol = contents.protocol();
      from = Math.max(from, version);
    }
    if (metadata.isEmpty() && contents.metadata().isPresent()) {
      metadata = contents.metadata();
      from = Math.max(from, version);
    }
  }
}
