package io.freshet.changes;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * The clocks of a process, and how it waits by them: all that orders or limits anything goes
 * through here, so that a simulation can put clocks of its own in place.
 *
 * <p>The wall clock may step, forth and back, at any time, and differs between machines: it says
 * what is written for others and for people. How long something has lasted within this process is
 * told by {@link #nanos()} alone.
 */
public interface Time {
  /** The time of this machine. */
  Time SYSTEM =
      new Time() {
        @Override
        public Clock clock() {
          return Clock.systemUTC();
        }

        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void sleep(Duration pause) throws InterruptedException {
          Thread.sleep(pause.toMillis());
        }
      };

  /** The wall clock. */
  Clock clock();

  /** A monotonic clock, in nanoseconds from an arbitrary start; only differences mean anything. */
  long nanos();

  /**
   * Pauses the calling thread.
   *
   * @throws InterruptedException if the thread is interrupted meanwhile
   */
  void sleep(Duration pause) throws InterruptedException;

  /** The instant by the wall clock. */
  default Instant now() {
    return clock().instant();
  }

  /** Milliseconds since 1970 by the wall clock. */
  default long millis() {
    return clock().millis();
  }

  /** How long ago {@link #nanos()} was {@code then}. */
  default Duration since(long then) {
    return Duration.ofNanos(nanos() - then);
  }
}
