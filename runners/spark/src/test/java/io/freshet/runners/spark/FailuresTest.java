package io.freshet.runners.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FailuresTest {
  private long nanos = Long.MAX_VALUE - 5; // Monotonic clocks may overflow.
  private final Failures failures = new Failures(Duration.ofSeconds(30), () -> nanos);

  @Test
  void fourFailuresAreNoReasonToEndHoweverLongTheyTake() {
    failEach(Duration.ofMinutes(1), 4);

    assertEquals(Optional.empty(), failures.reasonToEnd());
  }

  @Test
  void fiveFailuresInThirtySecondsEndItWithTheFirstLineOfTheLast() {
    failEach(Duration.ofMillis(7_500), 5);

    assertEquals(
        Optional.of(
            "5 micro-batches failed in 30 s, and none with a slice succeeded: java.lang.IllegalStateException: executor 5 lost"),
        failures.reasonToEnd());
  }

  @Test
  void whatFailsForLessThanThirtySecondsPasses() {
    failEach(Duration.ofMillis(500), 60);

    assertEquals(Optional.empty(), failures.reasonToEnd());
    nanos += Duration.ofMillis(500).toNanos();
    failEach(Duration.ZERO, 1);
    assertTrue(failures.reasonToEnd().isPresent());
  }

  @Test
  void tenAtOnceAndOneMinutesLaterAreTwo() {
    failEach(Duration.ofMillis(500), 10);
    nanos += Duration.ofMinutes(9).toNanos();
    failEach(Duration.ZERO, 1);

    assertEquals(Optional.empty(), failures.reasonToEnd());
  }

  @Test
  void sliceThatSucceedsStartsTheCountAnew() {
    failEach(Duration.ofSeconds(10), 4);
    failures.succeeded();
    failEach(Duration.ofSeconds(10), 4);

    assertEquals(Optional.empty(), failures.reasonToEnd());
  }

  @Test
  void failuresOfAnIdlePipelineThatAreLongApartAreNotOneTrouble() {
    failEach(Duration.ofMinutes(11), 100);

    assertEquals(Optional.empty(), failures.reasonToEnd());
  }

  /** So that each begins when the one before is over. */
  private void failEach(Duration interval, int times) {
    for (int number = 1; number <= times; number++) {
      failures.failed(new IllegalStateException("executor " + number + " lost\n\tat Trace"));
      if (number < times) {
        nanos += interval.toNanos();
      }
    }
  }
}
