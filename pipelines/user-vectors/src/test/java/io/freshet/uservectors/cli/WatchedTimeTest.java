package io.freshet.uservectors.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class WatchedTimeTest {
  private static final long NOW = Long.MAX_VALUE - 5; // Monotonic clocks may overflow.

  private final WatchedTime time = new WatchedTime();

  @Test
  void timePassesBetweenLooks() {
    assertEquals(Duration.ZERO, time.step(NOW));
    assertEquals(Duration.ofMillis(1_500), time.step(NOW + Duration.ofMillis(1_500).toNanos()));
  }

  @Test
  void whatTheProcessHasSleptDoesNotCount() {
    assertEquals(Duration.ZERO, time.step(NOW));
    assertEquals(Duration.ofSeconds(5), time.step(NOW + Duration.ofHours(1).toNanos()));
  }
}
