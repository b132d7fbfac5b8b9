package io.freshet.changes;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;

/** What threads ask of one lease, while the wall clock is set forth and back all the time. */
@Param(name = "passed", gen = IntGen.class, conf = "0:2")
@Param(name = "left", gen = IntGen.class, conf = "3:9")
public final class LeaseClockOperations {
  private static final Instant END = Instant.parse("2026-01-01T00:00:00Z");

  /** By which the JVM's clock is found. */
  private final Time process = new Reading(0, 0);

  /** What a thread reads from the process's clocks. */
  private static final class Reading implements Time {
    private final int passed;
    private final int left;

    Reading(int passed, int left) {
      this.passed = passed;
      this.left = left;
    }

    @Override
    public Clock clock() {
      return Clock.fixed(END.minusSeconds(left), ZoneOffset.UTC);
    }

    @Override
    public long nanos() {
      return Duration.ofSeconds(passed).toNanos();
    }

    @Override
    public void sleep(Duration pause) {
      throw new UnsupportedOperationException("Nobody waits here");
    }
  }

  /** The seconds left for a thread that has read the clocks so. */
  @Operation
  public long remaining(@Param(name = "passed") int passed, @Param(name = "left") int left) {
    return LeaseClock.of(process)
        .remaining(new Lease("a", END), new Reading(passed, left))
        .toSeconds();
  }

  /** What they are told one after the other: never more than before, less what has passed. */
  public static final class OneByOne {
    private int end = Integer.MAX_VALUE;

    public long remaining(int passed, int left) {
      end = Math.min(end, passed + left);
      return Math.max(0, end - passed);
    }
  }
}
