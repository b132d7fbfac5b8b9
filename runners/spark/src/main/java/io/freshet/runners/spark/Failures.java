package io.freshet.runners.spark;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what fails in Spark: micro-batches, and the reading of what they shall have, which Beam
 * has Spark do before it makes one of it. One failure (an executor was killed, say) is no reason to
 * end: the ledger hands out again what was lost. Many are, spread over some time, of which none
 * came to anything. A disk that is full for a moment fails ten in 5 s: those that follow upon each
 * other are one.
 */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
  private static final int MANY = 5;

  /** After so long without one, those before have passed. */
  private static final Duration PASSED = Duration.ofMinutes(10);

  private final Duration atLeast;
  private final LongSupplier nanos;
  private int count;
  private int all;
  private long first;
  private long counted;
  private long latest;
  private String last = "";

  /** That end it if they are spread over so long. */
  Failures(Duration atLeast) {
    this(atLeast, System::nanoTime);
  }

  /** With a monotonic clock of its own. */
  Failures(Duration atLeast, LongSupplier nanos) {
    this.atLeast = atLeast;
    this.nanos = nanos;
  }

  /** Something failed. Its message may have many lines, of which the first is told. */
  synchronized void failed(Throwable why) {
    long now = nanos.getAsLong();
    if (count > 0 && now - latest > PASSED.toNanos()) {
      succeeded();
    }
    if (count == 0) {
      first = now;
    }
    all++;
    if (count == 0 || now - counted >= atLeast.toNanos() / (MANY - 1)) {
      count++;
      counted = now;
    }
    latest = now;
    last = firstLine(why.toString());
    LOG.warn("A micro-batch failed; the ledger hands out again what it had: {}", last);
    LOG.debug("It failed here", why);
  }

  /** A micro-batch that had a slice succeeded. */
  synchronized void succeeded() {
    count = 0;
    all = 0;
  }

  /** Why nothing works any more, if nothing does. */
  synchronized Optional<String> reasonToEnd() {
    return count < MANY
        ? Optional.empty()
        : Optional.of(
            "%d micro-batches failed in %d s, and none with a slice succeeded: %s"
                .formatted(all, Duration.ofNanos(latest - first).toSeconds(), last));
  }

  /** Spark puts whole stack traces into messages. */
  static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }
}
