package io.freshet.ledger;

import io.freshet.changes.Time;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

/** A time that stands still until it is told otherwise; its wall clock may step. */
final class AdjustableClock implements Time {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private Duration passed = Duration.ZERO;
  private Duration stepped = Duration.ZERO;

  /** Time passes. */
  void advance(Duration duration) {
    passed = passed.plus(duration);
  }

  /** The wall clock is set, forth or back; no time passes. */
  void step(Duration duration) {
    stepped = stepped.plus(duration);
  }

  /** The time of another machine, whose wall clock is ahead of this one. */
  Time ahead(Duration duration) {
    AdjustableClock here = this;
    return new Time() {
      @Override
      public Clock clock() {
        return Clock.offset(here.clock(), duration);
      }

      @Override
      public long nanos() {
        return here.nanos();
      }

      @Override
      public void sleep(Duration pause) {
        here.sleep(pause);
      }
    };
  }

  @Override
  public Clock clock() {
    return Clock.fixed(START.plus(passed).plus(stepped), ZoneOffset.UTC);
  }

  @Override
  public long nanos() {
    return passed.toNanos();
  }

  @Override
  public void sleep(Duration pause) {
    advance(pause);
  }
}
