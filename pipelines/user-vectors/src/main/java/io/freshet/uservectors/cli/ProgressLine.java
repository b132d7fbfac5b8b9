package io.freshet.uservectors.cli;

import io.freshet.changes.SkipReason;
import io.freshet.ledger.LedgerStatus;
import io.freshet.ledger.OutcomeTotals;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One line every few seconds: rows since the ledger began, rows/s since the last line, freshness
 * (from the newest commit that is done to its being done; where one waits for longer, how long the
 * oldest that waits is there), commits behind, version done, and the rows that could not be
 * written. Of each reason the first row has a line of its own before it.
 */
final class ProgressLine {
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  private static final Set<String> REJECTIONS =
      Arrays.stream(SkipReason.values())
          .filter(SkipReason::isRejection)
          .map(SkipReason::label)
          .collect(Collectors.toUnmodifiableSet());

  private final PrintStream err;
  private final Duration usual;
  private final Set<String> told = new HashSet<>();
  private long lastRows;
  private long lastTold = System.nanoTime();

  /**
   * Tells of what has come since {@code start}.
   *
   * @param usual how long a slice may take without being told of
   */
  ProgressLine(PrintStream err, LedgerStatus start, Duration usual) {
    this.err = err;
    this.usual = usual;
    this.lastRows = start.totalsWithInFlight().total();
  }

  /**
   * Tells how the pipeline stands if it is time, or {@code now}.
   *
   * @param oldestUnread when the oldest commit that is not done was made, as far as that is known
   */
  void tell(LedgerStatus status, long latestVersion, Optional<Instant> oldestUnread, boolean now) {
    long elapsed = System.nanoTime() - lastTold;
    if (!now && elapsed < INTERVAL.toNanos()) {
      return;
    }
    tellNewRejects(status);
    long rows = status.totalsWithInFlight().total();
    double rate = (rows - lastRows) / (elapsed / 1e9);
    err.printf(
        Locale.ROOT,
        "freshet: %,d rows  %,.0f rows/s  freshness %s  %,d commits behind  version %d%s%s%n",
        rows,
        Math.max(0, rate),
        freshness(status, oldestUnread, Instant.now()),
        commitsBehind(status, latestVersion),
        lastVersionDone(status),
        waiting(status),
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

  private String waiting(LedgerStatus status) {
    return status
        .inFlight()
        .filter(slice -> slice.age().compareTo(usual) > 0)
        .map(
            slice ->
                String.format(
                    Locale.ROOT,
                    "  %d s at slice %d: attempt %d, %s%s",
                    slice.age().toSeconds(),
                    status.slices() + 1,
                    slice.attempts(),
                    slice.claimed() ? "claimed" : "not claimed yet",
                    slice.troubles().isEmpty()
                        ? ""
                        : ", " + String.join(", ", new TreeSet<>(slice.troubles()))))
        .orElse("");
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

  private static String freshness(
      LedgerStatus status, Optional<Instant> oldestUnread, Instant now) {
    Optional<Duration> ofDone =
        status
            .newestCommit()
            .flatMap(commit -> status.lastDoneAt().map(done -> Duration.between(commit, done)));
    Optional<Duration> ofUnread = oldestUnread.map(commit -> Duration.between(commit, now));
    return Stream.of(ofDone, ofUnread)
        .flatMap(Optional::stream)
        .max(Comparator.naturalOrder())
        // Not negative: clocks differ, and commit times may lie in the future.
        .map(age -> String.format(Locale.ROOT, "%.2f s", Math.max(0, age.toMillis()) / 1e3))
        .orElse("-");
  }
}
