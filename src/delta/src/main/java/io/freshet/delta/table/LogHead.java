package io.freshet.delta.table;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * What one listing of a log has shown, and what has been read of the table's state with it. Shared
 * by all that look at the same log in this JVM, so that a long log is listed once by a pipeline
 * that starts: by its driver, its planner and its readers together.
 */
final class LogHead {
  /** How long a listing counts, if its latest commit still is as it was. */
  private static final Duration KEPT = Duration.ofMinutes(1);

  private static final int STATES_KEPT = 4;

  private static LogHead recent;

  private final LogFolder folder;
  private final LogListing listing;
  private final long listedNanos = System.nanoTime();
  private final Deque<TableState> states = new ConcurrentLinkedDeque<>();

  private LogHead(LogFolder folder) {
    this.folder = folder;
    this.listing = folder.list();
  }

  /**
   * What the head before has read of the table counts on, up to its latest commit if that is as it
   * was: later ones may have been another copy's.
   */
  private void goOnFrom(LogHead before) {
    long latest = before.listing.commits().latest();
    if (before.listing.commits().of(latest).equals(listing.commits().of(latest))) {
      before.states.stream()
          .filter(state -> state.from() <= latest)
          .map(state -> state.upTo(latest))
          .forEach(states::add);
    }
  }

  /** Drops what was listed and read. */
  static synchronized void forget(LogFolder folder) {
    if (recent != null && recent.folder.equals(folder)) {
      recent = null;
    }
  }

  /** By a listing that is not older than a minute. Throws if there is no commit. */
  static LogHead of(LogFolder folder) {
    LogHead known = recent(folder);
    return known != null && known.counts() ? known : anew(folder);
  }

  /** By a listing of now. Throws if there is no commit. */
  static LogHead anew(LogFolder folder) {
    LogHead head = new LogHead(folder);
    if (head.listing.latestCommit().isEmpty()) {
      throw folder.notDelta();
    }
    LogHead before = recent(folder);
    if (before != null) {
      head.goOnFrom(before);
    }
    setRecent(head);
    return head;
  }

  private static synchronized LogHead recent(LogFolder folder) {
    return recent != null && recent.folder.equals(folder) ? recent : null;
  }

  private static synchronized void setRecent(LogHead head) {
    recent = head;
  }

  private boolean counts() {
    if (System.nanoTime() - listedNanos > KEPT.toNanos()) {
      return false;
    }
    long latest = listing.commits().latest();
    return folder.commitTime(latest).equals(listing.commits().of(latest));
  }

  LogListing listing() {
    return listing;
  }

  /** The table's latest version now. */
  long latestVersion() {
    return folder.latestVersion(listing.commits().latest());
  }

  /** The table's state now. */
  TableState latestState() {
    return stateAt(latestVersion());
  }

  /** When a commit's file was written; empty if it is not there. */
  Optional<Instant> commitTime(long version) {
    Optional<Instant> listed = listing.commits().of(version);
    if (listed.isPresent() || version < listing.commits().latest()) {
      return listed;
    }
    return folder.commitTime(version);
  }

  /** When a commit's file was written, as it was once listed, however long ago that is. */
  static Optional<Instant> listedTime(LogFolder folder, long version) {
    LogHead known = recent(folder);
    return known == null ? Optional.empty() : known.listing.commits().of(version);
  }

  /** The table's state at a version that can be rebuilt. */
  synchronized TableState stateAt(long version) {
    Optional<TableState> known =
        states.stream().filter(state -> state.holdsAt(version)).findFirst();
    if (known.isPresent()) {
      return known.get();
    }
    TableState state = read(version);
    states.addFirst(state);
    if (states.size() > STATES_KEPT) {
      states.removeLast();
    }
    return state;
  }

  private TableState read(long version) {
    SharedImage image = SharedImage.of(folder);
    List<TableState> known = new ArrayList<>(states);
    image.stateBefore(version).ifPresent(known::add);
    boolean fromStart =
        listing.checkpoints().before(version).isEmpty()
            && known.stream().noneMatch(state -> state.to() <= version)
            && listing.commits().oldest() == 0;
    if (!fromStart) {
      return StateReader.read(folder, listing, version, known);
    }
    // Each commit must be read; so once, for its files, too.
    TableImage replayed = TableImage.empty(folder);
    replayed.advance(version);
    image.offer(replayed);
    return replayed.state().orElseGet(() -> StateReader.read(folder, listing, version, known));
  }
}
