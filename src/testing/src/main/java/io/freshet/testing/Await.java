package io.freshet.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition with a limit. */
public final class Await {
  private static final Duration STEP = Duration.ofMillis(20);

  private Await() {}

  /**
   * Returns as soon as {@code condition} holds; throws an {@link AssertionError} that names {@code
   * what} after the limit.
   */
  public static void until(String what, Duration limit, BooleanSupplier condition) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("No " + what + " within " + limit.toSeconds() + " s");
      }
      LockSupport.parkNanos(STEP.toNanos());
    }
  }
}
