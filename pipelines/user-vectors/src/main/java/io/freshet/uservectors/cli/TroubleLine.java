package io.freshet.uservectors.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;

/**
 * Tells what keeps the pipeline from working: when that begins, now and then while it lasts, and
 * when it is over.
 */
final class TroubleLine {
  private static final Duration INTERVAL = Duration.ofSeconds(30);

  private final PrintStream err;
  private final String runner;
  private boolean told;
  private long lastTold;

  TroubleLine(PrintStream err, String runner) {
    this.err = err;
    this.runner = runner;
  }

  /**
   * A look.
   *
   * @param nanos a monotonic clock
   */
  void look(Optional<String> trouble, long nanos) {
    if (trouble.isPresent() && (!told || nanos - lastTold >= INTERVAL.toNanos())) {
      err.println("freshet: waiting for " + runner + ": " + trouble.get());
      told = true;
      lastTold = nanos;
    } else if (trouble.isEmpty() && told) {
      err.println("freshet: " + runner + " works again");
      told = false;
    }
  }
}
