package io.freshet.milvus;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Exponential backoff with full jitter: the pause before try {@code n} is anything from 0 to {@code
 * first * 2^n}, at most {@code longest}, so that workers that failed together do not come back
 * together.
 */
record Backoff(Duration first, Duration longest, Supplier<? extends RandomGenerator> chance) {
  static final Backoff STANDARD = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(2));

  Backoff(Duration first, Duration longest) {
    this(first, longest, ThreadLocalRandom::current);
  }

  /** The pause after {@code failures} failures in a row, at least one. */
  Duration pause(int failures) {
    long bound =
        Math.min(longest.toMillis(), first.toMillis() << Math.min(Math.max(failures - 1, 0), 20));
    return Duration.ofMillis(chance.get().nextLong(bound + 1));
  }
}
