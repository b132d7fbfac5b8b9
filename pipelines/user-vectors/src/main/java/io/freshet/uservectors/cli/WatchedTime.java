package io.freshet.uservectors.cli;

import java.time.Duration;

/**
 * Time that passes while somebody looks. Time between two looks that are further apart than a few
 * seconds, the process itself has slept through: it is no evidence of anybody else's sleep.
 *
 * <p>Knows no clock: the time is told. Not safe for use by several threads at once.
 */
public final class WatchedTime {
  /** Who looks does so each second or so. */
  private static final Duration LONGEST_STEP = Duration.ofSeconds(5);

  private long lastLook;
  private boolean looked;

  /**
   * The time since the look before, 5 s at most; none at the first.
   *
   * @param nanos a monotonic clock
   */
  public Duration step(long nanos) {
    Duration step = looked ? Duration.ofNanos(nanos - lastLook) : Duration.ZERO;
    looked = true;
    lastLook = nanos;
    return step.compareTo(LONGEST_STEP) <= 0 ? step : LONGEST_STEP;
  }
}
