package io.freshet.changes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class LeaseTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration LENGTH = Duration.ofSeconds(30);

  private final ProcessTime time = new ProcessTime();

  /** A process's own clocks. */
  private static final class ProcessTime implements Time {
    private Duration passed = Duration.ZERO;
    private Duration stepped = Duration.ZERO;

    void pass(long seconds) {
      passed = passed.plusSeconds(seconds);
    }

    void step(Duration by) {
      stepped = stepped.plus(by);
    }

    @Override
    public Clock clock() {
      return Clock.fixed(START.plus(passed).plus(stepped), ZoneOffset.UTC);
    }

    @Override
    public long nanos() {
      return Long.MAX_VALUE - 5_000_000_000L + passed.toNanos(); // It overflows on the way.
    }

    @Override
    public void sleep(Duration pause) {
      passed = passed.plus(pause);
    }
  }

  @Test
  void leaseRunsOutByTheWallClock() {
    Lease lease = Lease.begin("a", LENGTH, time);
    assertEquals(START.plus(LENGTH), lease.end());
    assertEquals(LENGTH, lease.remaining(time));
    time.pass(29);
    assertEquals(Duration.ofSeconds(1), lease.remaining(time));
    assertFalse(lease.isOver(time));
    time.pass(1);
    assertTrue(lease.isOver(time));
    assertEquals(Duration.ZERO, lease.remaining(time));
  }

  @Test
  void clockThatIsSetBackDoesNotLengthenALease() {
    Lease lease = Lease.begin("a", LENGTH, time);
    time.pass(10);
    time.step(Duration.ofHours(-2));
    assertEquals(Duration.ofSeconds(20), lease.remaining(time));
    time.pass(20);
    assertTrue(lease.isOver(time));
  }

  @Test
  void clockThatIsSetForthAndBackAgainDoesNotBringALeaseBack() {
    Lease lease = Lease.begin("a", LENGTH, time);
    time.step(Duration.ofHours(1));
    assertTrue(lease.isOver(time));
    time.step(Duration.ofHours(-1));
    assertTrue(lease.isOver(time));
  }

  @Test
  void leaseOfAnotherProcessLastsNoLongerThanItsLengthSinceItWasSeen() {
    time.step(Duration.ofHours(-2));
    Lease lease = new Lease("a", START.plus(LENGTH), LENGTH.toMillis());
    assertEquals(LENGTH, lease.remaining(time));
    time.pass(30);
    assertTrue(lease.isOver(time));
  }

  @Test
  void leaseOfUnknownLengthLastsNoLongerThanItSaidFirst() {
    Lease lease = new Lease("a", START.plus(LENGTH));
    assertEquals(LENGTH, lease.remaining(time));
    time.pass(1);
    time.step(Duration.ofMinutes(-1));
    assertEquals(Duration.ofSeconds(29), lease.remaining(time));
  }

  @Test
  void eachProcessHasItsOwnIdeaOfALease() {
    ProcessTime other = new ProcessTime();
    other.step(Duration.ofHours(1));
    Lease lease = Lease.begin("a", LENGTH, time);
    assertTrue(lease.isOver(other));
    assertFalse(lease.isOver(time));
  }

  @Test
  void leasesOfOneNameAreToldApart() {
    Lease first = Lease.begin("verify", LENGTH, time);
    time.pass(30);
    Lease second = Lease.begin("verify", LENGTH, time);
    assertTrue(first.isOver(time));
    assertEquals(LENGTH, second.remaining(time));
  }

  @Test
  void whatIsRememberedIsBounded() {
    for (int i = 0; i < 3 * LeaseClock.MOST; i++) {
      Lease.begin("a" + i, LENGTH, time);
    }
    assertEquals(LeaseClock.MOST, LeaseClock.of(time).size());
  }

  @Test
  void endOfTimeIsNoOverflow() {
    Lease lease = new Lease("a", Instant.parse("9999-12-31T23:59:59Z"));
    assertFalse(lease.isOver(time));
    assertFalse(lease.remaining(time).isNegative());
  }
}
