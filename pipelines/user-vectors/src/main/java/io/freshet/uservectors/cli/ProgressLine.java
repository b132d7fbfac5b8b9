package io.freshet.uservectors.cli;

import io.freshet.changes.SkipReason;
import io.freshet.ledger.LedgerStatus;
import io.freshet.ledger.OutcomeTotals;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One line every few seconds: rows since the ledger began, rows/s since the last line, freshness
 * (from the newest commit that is done to its being done), commits behind, version done, and the
 * rows that could not be written. Of each reason the first row has a line of its own before it.
 */
final class ProgressLine {
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  private static final Set<String> REJECTIONS =
      Arrays.stream(SkipReason.values())
          .filter(SkipReason::isRejection)
          .map(SkipReason::label)
          .collect(Collectors.toUnmodifiableSet());

  private final PrintStream err;
  private final Set<String> told = new HashSet<>();
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
    tellNewRejects(status);
    long rows = status.totalsWithInFlight().total();
    double rate = (rows - lastRows) / (elapsed / 1e9);
    err.printf(
        Locale.ROOT,
        "freshet: %,d rows  %,.0f rows/s  freshness %s  %,d commits behind  version %d%s%n",
        rows,
        Math.max(0, rate),
        freshness(status),
        commitsBehind(status, latestVersion),
        lastVersionDone(status),
        rejected(status));
    lastRows = rows;
    lastTold = System.nanoTime();
  }

  /** The first row of each reason, once. */
  private void tellNewRejects(LedgerStatus status) {
    new TreeMap<>(status.rejects())
        .forEach(
            (reason, first) -> {
              if (told.add(reason)) {
                err.println("freshet: rejected for " + reason + ", the first: " + first.text());
              }
            });
  }

  private static String rejected(LedgerStatus status) {
    Map<String, Long> rejects = rejects(status.totalsWithInFlight());
    return rejects.isEmpty()
        ? ""
        : rejects.entrySet().stream()
            .map(reason -> String.format(Locale.ROOT, "%,d %s", reason.getValue(), reason.getKey()))
            .collect(Collectors.joining(", ", "  rejected: ", ""));
  }

  /** How many rows could not be written, by reason. */
  private static Map<String, Long> rejects(OutcomeTotals totals) {
    Map<String, Long> rejects = new TreeMap<>(totals.skipped());
    rejects.keySet().retainAll(REJECTIONS);
    return rejects;
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
    if (commit.isEmpty() || done.isEmpty()) {
      return "-";
    }
    // Not negative: clocks differ, and commit times may lie in the future.
    long millis = Math.max(0, Duration.between(commit.get(), done.get()).toMillis());
    return String.format(Locale.ROOT, "%.2f s", millis / 1e3);
  }
}
