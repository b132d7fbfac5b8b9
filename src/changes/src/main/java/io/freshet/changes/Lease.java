package io.freshet.changes;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;

/**
 * The right to write the changes of one attempt at a slice, up to an instant. Nothing may be sent
 * after {@code end}, and a request's deadline is {@code end} at the latest: the ledger lets later
 * slices begin soon after it.
 *
 * @param attempt the ledger's name of the attempt; opaque to all but the ledger
 * @param end when the right ends, by the clock of the worker that claimed it
 */
public record Lease(String attempt, Instant end) implements Serializable {
  /** The time left at {@code now}; zero when the lease is over. */
  public Duration remaining(Instant now) {
    Duration left = Duration.between(now, end);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** Whether nothing may be sent any more at {@code now}. */
  public boolean isOver(Instant now) {
    return !now.isBefore(end);
  }
}
