package io.freshet.uservectors.cli;

import io.freshet.ledger.LedgerStatus;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * One line every few seconds: rows since the ledger began, rows/s since the last line, freshness
 * (from the newest commit that is done to its being done), commits behind, version done.
 */
final class ProgressLine {
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  private final PrintStream err;
  private long lastRows;
  private long lastTold = System.nanoTime();

  ProgressLine(PrintStream err, LedgerStatus start) {
    this.err = err;
    this.lastRows = start.totalsWithInFlight().total();
  }

  /** Tells how the pipeline stands if it is time, or {@code now}. */
  void tell(LedgerStatus status, long latestVersion, boolean now) {
    long elapsed = System.nanoTime() - lastTold;
    if (!now && elapsed < INTERVAL.toNanos()) {
      return;
    }
    long rows = status.totalsWithInFlight().total();
    double rate = (rows - lastRows) / (elapsed / 1e9);
    err.printf(
        Locale.ROOT,
        "freshet: %,d rows  %,.0f rows/s  freshness %s  %,d commits behind  version %d%n",
        rows,
        Math.max(0, rate),
        freshness(status),
        commitsBehind(status, latestVersion),
        lastVersionDone(status));
    lastRows = rows;
    lastTold = System.nanoTime();
  }

  static long commitsBehind(LedgerStatus status, long latestVersion) {
    return Math.max(0, latestVersion - lastVersionDone(status));
  }

  /** The last version all of which is done; -1 if none is. */
  static long lastVersionDone(LedgerStatus status) {
    return status.cursor().map(cursor -> cursor.position().version() - 1).orElse(-1L);
  }

  private static String freshness(LedgerStatus status) {
    Optional<Instant> commit = status.newestCommit();
    Optional<Instant> done = status.lastDoneAt();
    return commit.isPresent() && done.isPresent()
        ? String.format(
            Locale.ROOT, "%.2f s", Duration.between(commit.get(), done.get()).toMillis() / 1e3)
        : "-";
  }
}
