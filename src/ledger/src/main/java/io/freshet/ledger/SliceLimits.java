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
 * @param maxRejects the part of a slice's rows, from 0 to 1, that may turn out not to be writable;
 *     where it is more, an option or the environment is at fault, and the pipeline stops. 1
 *     switches that off
 */
public record SliceLimits(long maxRows, Duration lease, Duration settle, double maxRejects)
    implements Serializable {
  /** So few rejects are never too many. */
  private static final long LEAST_REJECTS = 100;

  /** What may be rejected where nothing else is said. */
  public static final double MAX_REJECTS = 0.5;

  /** A slice that takes less may grow: a longer one hides its own costs better. */
  private static final Duration GROW_BELOW = Duration.ofSeconds(3);

  /** A slice that takes more than this part of its lease shrinks: it must end well within it. */
  private static final int SHRINK_ABOVE = 3;

  /** The first slice is small: nothing is known yet of how long rows take. */
  static final long FIRST_ROWS = 10_000;

  private static final long LEAST_ROWS = 1_000;

  /** This part of the memory for a slice's rows stays free. */
  private static final int ROOM = 5;

  /**
   * Whether so many rows cannot be written that no row is at fault.
   *
   * @param rows how many
   * @param share what part of all rows that is
   */
  public boolean areTooMany(long rows, double share) {
    return maxRejects < 1 && rows >= LEAST_REJECTS && share > maxRejects;
  }

  /** Limits under which half of the rows may be rejected. */
  public SliceLimits(long maxRows, Duration lease, Duration settle) {
    this(maxRows, lease, settle, MAX_REJECTS);
  }

  /**
   * The same where so many rows of the weight that these had fit in the memory of who reads them; 0
   * if that is not known. Some room is left: the next ones may be heavier.
   */
  long next(long limit, long rows, Duration took, long rowsThatFit) {
    long wished = next(limit, rows, took);
    return rowsThatFit == 0 || rows < limit / 2
        ? wished
        : Math.max(1, Math.min(wished, rowsThatFit - rowsThatFit / ROOM));
  }

  /**
   * The limit after a slice of {@code rows} rows that took {@code took}, planned under {@code
   * limit}.
   */
  long next(long limit, long rows, Duration took) {
    if (rows < limit / 2) {
      return limit; // Too small to tell how long a full one takes.
    }
    long wished = limit;
    if (took.compareTo(GROW_BELOW) < 0) {
      wished = 2 * rows;
    } else if (took.compareTo(lease.dividedBy(SHRINK_ABOVE)) > 0) {
      wished = rows / 2;
    }
    return Math.max(Math.min(LEAST_ROWS, maxRows), Math.min(maxRows, wished));
  }
}
