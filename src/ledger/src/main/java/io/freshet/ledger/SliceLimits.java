package io.freshet.ledger;

import java.io.Serializable;
import java.time.Duration;

/**
 * How slices are cut and leased.
 *
 * @param maxRows rows of a slice at most
 * @param lease how long a worker may write a slice before another may take it over
 * @param settle how long after the end of a lease a later slice begins: bytes in flight, difference
 *     of clocks
 */
public record SliceLimits(long maxRows, Duration lease, Duration settle) implements Serializable {
  /**
   * A slice shall take about this long: long enough to hide its own costs, short enough to be tried
   * again.
   */
  static final Duration TARGET = Duration.ofSeconds(3);

  /** The first slice is small: nothing is known yet of how long rows take. */
  static final long FIRST_ROWS = 10_000;

  private static final long LEAST_ROWS = 1_000;

  /**
   * The limit after a slice of {@code rows} rows that took {@code took}, planned under {@code
   * limit}.
   */
  long next(long limit, long rows, Duration took) {
    if (rows < limit / 2) {
      return limit; // Too small to tell how long a full one takes.
    }
    double factor = (double) TARGET.toMillis() / Math.max(1, took.toMillis());
    long wished = Math.round(rows * Math.max(0.25, Math.min(2.0, factor)));
    return Math.max(Math.min(LEAST_ROWS, maxRows), Math.min(maxRows, wished));
  }
}
