package io.freshet.delta;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether this JVM works on feeds: for who watches that it has not fallen asleep. On a cluster that
 * is done elsewhere, and nothing is seen of it here.
 */
public final class FeedActivity {
  private static final AtomicLong POLLS = new AtomicLong();
  private static final AtomicInteger WORKING = new AtomicInteger();

  private FeedActivity() {}

  /** How often a next slice has been asked for. */
  public static long polls() {
    return POLLS.get();
  }

  /** Whether a slice is being looked for, read or emitted now, which may take long. */
  public static boolean isWorking() {
    return WORKING.get() > 0;
  }

  static void polled() {
    POLLS.incrementAndGet();
  }

  /** Work that lasts until {@link #end}. */
  static void begin() {
    WORKING.incrementAndGet();
  }

  static void end() {
    WORKING.decrementAndGet();
  }
}
