package io.freshet.changes;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The right to write the changes of one attempt at a slice, up to an instant. Nothing may be sent
 * after {@code end}, and a request's deadline is {@code end} at the latest: the ledger lets later
 * slices begin soon after it.
 *
 * <p>Whoever writes asks {@link #remaining(Time)} and {@link #isOver(Time)}: a wall clock that is
 * set back does not lengthen what they say.
 *
 * @param attempt the ledger's name of the attempt; opaque to all but the ledger
 * @param end when the right ends, by the clock of the worker that claimed it
 * @param lengthMillis how long it is in all; 0 if that is not known
 */
public record Lease(String attempt, Instant end, long lengthMillis) implements Serializable {
  /** A lease of unknown length. */
  public Lease(String attempt, Instant end) {
    this(attempt, end, 0);
  }

  /** A lease that begins now, in this process. */
  public static Lease begin(String attempt, Duration length, Time time) {
    Instant end = Instant.ofEpochMilli(time.millis() + length.toMillis());
    Lease lease = new Lease(attempt, end, length.toMillis());
    Duration unused = lease.remaining(time); // From now on it is known.
    return lease;
  }

  /** How long it is in all. */
  Optional<Duration> length() {
    return lengthMillis > 0 ? Optional.of(Duration.ofMillis(lengthMillis)) : Optional.empty();
  }

  /**
   * The time left for whoever may write; zero when the lease is over. Never more than it said
   * before in this process, less what has passed since.
   */
  public Duration remaining(Time time) {
    return LeaseClock.of(time).remaining(this, time);
  }

  /** Whether nothing may be sent any more. Once it is so, it stays so. */
  public boolean isOver(Time time) {
    return remaining(time).isZero();
  }

  /** The time left at {@code now}, by the wall clock alone; zero when the lease is over. */
  public Duration remaining(Instant now) {
    Duration left = Duration.between(now, end);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** Whether nothing may be sent any more at {@code now}, by the wall clock alone. */
  public boolean isOver(Instant now) {
    return !now.isBefore(end);
  }
}
