package io.freshet.runners.spark;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What is done about a pipeline on Spark in which nothing happens: it is told, then Spark is
 * started anew, which registers with the master that is there now; and where that does not help
 * either, the pipeline ends.
 */
final class RunWatch {
  private final Patience patience;
  private final Silence silence;
  private final StreamingErrors errors;
  private final LongSupplier completed;
  private final Duration interval;
  private final boolean again;

  /**
   * Watches a run.
   *
   * @param completed how many micro-batches have ended
   * @param interval of micro-batches
   * @param again whether the run before was given up because nothing happened in it
   */
  RunWatch(
      Patience patience,
      Silence silence,
      StreamingErrors errors,
      LongSupplier completed,
      Duration interval,
      boolean again) {
    this.patience = patience;
    this.silence = silence;
    this.errors = errors;
    this.completed = completed;
    this.interval = interval;
    this.again = again;
  }

  /** A look, by a monotonic clock. */
  void look(long nanos) {
    errors.look();
    silence.look(nanos);
  }

  /** What keeps Spark from working, if anything does. */
  Optional<String> trouble() {
    if (lasts(patience.word(), patience.slowWord())) {
      return Optional.of(silence.why());
    }
    return isUnproven()
        ? Optional.of("Spark was started anew, and no micro-batch has ended yet")
        : Optional.empty();
  }

  boolean isTooLong() {
    return lasts(patience.anew(), patience.slowAnew());
  }

  Optional<String> reasonToStartAnew() {
    return isTooLong() && !isUnproven() ? Optional.of(silence.why()) : Optional.empty();
  }

  Optional<String> reasonToEnd() {
    return isTooLong() && isUnproven()
        ? Optional.of(silence.why() + ". A new start has not helped")
        : Optional.empty();
  }

  /** It was so before, too, and Spark has done nothing since. */
  private boolean isUnproven() {
    return again && completed.getAsLong() == 0;
  }

  private boolean lasts(Duration limit, Duration slowLimit) {
    Duration more = interval.multipliedBy(2);
    return silence.lasts(limit.plus(more), slowLimit.plus(more));
  }
}
