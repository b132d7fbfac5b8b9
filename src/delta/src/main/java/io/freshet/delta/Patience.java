package io.freshet.delta;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * How long something has been seen without a break, by a clock that never steps. What is seen once
 * may be over at the next look. Not safe for use by several threads at once.
 */
final class Patience {
  /** A few looks in the same second say no more than one. */
  private static final int LEAST_LOOKS = 3;

  private final Duration limit;
  private final LongSupplier nanoClock;
  private OptionalLong since = OptionalLong.empty();
  private int looks;

  /** Is over when the same has been seen at several looks, {@code limit} or more apart. */
  Patience(Duration limit, LongSupplier nanoClock) {
    this.limit = limit;
    this.nanoClock = nanoClock;
  }

  /** It was seen once more; whether that is enough. */
  boolean isOver() {
    long now = nanoClock.getAsLong();
    looks++;
    if (since.isEmpty()) {
      since = OptionalLong.of(now);
    }
    return looks >= LEAST_LOOKS && now - since.getAsLong() >= limit.toNanos();
  }

  /** It was not seen. */
  void renew() {
    since = OptionalLong.empty();
    looks = 0;
  }
}
