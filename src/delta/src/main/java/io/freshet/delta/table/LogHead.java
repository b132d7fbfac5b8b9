package io.freshet.delta.table;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

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
  private final Deque<TableState> states = new ArrayDeque<>();

  private LogHead(LogFolder folder) {
    this.folder = folder;
    this.listing = folder.list();
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

  /** The table's state at a version that can be rebuilt. */
  synchronized TableState stateAt(long version) {
    Optional<TableState> known =
        states.stream().filter(state -> state.holdsAt(version)).findFirst();
    if (known.isPresent()) {
      return known.get();
    }
    TableState state = StateReader.read(folder, listing, version);
    states.addFirst(state);
    if (states.size() > STATES_KEPT) {
      states.removeLast();
    }
    return state;
  }
}
