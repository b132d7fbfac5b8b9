package io.freshet.uservectors.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class StallWatchTest {
  private static final Duration MARGIN = Duration.ofSeconds(60);

  private final StallWatch watch = new StallWatch(MARGIN);
  private Duration longestSilence = Duration.ofSeconds(35);
  private boolean behind = true;
  private boolean working;
  private long now = Long.MAX_VALUE - 5; // Monotonic clocks may overflow.
  private Object news = "begun";

  StallWatchTest() {
    watch.restart(now);
    look();
  }

  private boolean look() {
    return watch.isAsleep(news, behind, working, () -> longestSilence, now);
  }

  private boolean lookAfter(Duration time) {
    now += time.toNanos();
    return look();
  }

  /** Looks each second; the second at which it is found asleep, or -1. */
  private int asleepWithin(int seconds) {
    for (int second = 1; second <= seconds; second++) {
      if (lookAfter(Duration.ofSeconds(1))) {
        return second;
      }
    }
    return -1;
  }

  @Test
  void silenceLongerThanAnythingInForceIsSleep() {
    assertEquals(96, asleepWithin(1_000));
    assertEquals(Duration.ofSeconds(96), watch.silence());
  }

  @Test
  void longLeaseIsWaitedFor() {
    longestSilence = Duration.ofSeconds(245);
    assertEquals(306, asleepWithin(1_000));
  }

  @Test
  void whoIsNotBehindMaySleep() {
    behind = false;
    assertEquals(-1, asleepWithin(100_000));
  }

  @Test
  void commitAfterALongQuietTimeIsNotLate() {
    behind = false;
    asleepWithin(100_000);
    behind = true;
    assertEquals(96, asleepWithin(1_000));
  }

  @Test
  void whoMakesAttemptsIsAwakeHoweverLongMilvusIsAway() {
    for (int attempt = 0; attempt < 1_000; attempt++) {
      news = attempt;
      assertEquals(-1, asleepWithin(90));
    }
  }

  @Test
  void whoReadsALargeTableHasMoreTimeButNotForEver() {
    working = true;
    assertEquals(-1, asleepWithin(3_600));
    assertTrue(asleepWithin(1_000) > 0);
  }

  @Test
  void workInBetweenDoesNotHideSleep() {
    working = true;
    asleepWithin(50);
    working = false;
    assertEquals(96, asleepWithin(1_000));
  }

  @Test
  void driverThatWasFrozenBlamesNobody() {
    for (int times = 0; times < 10; times++) {
      assertFalse(lookAfter(Duration.ofHours(1)));
    }
  }

  @Test
  void whoCouldNotLookHasSeenNothing() {
    for (int times = 0; times < 100; times++) {
      assertEquals(-1, asleepWithin(90));
      watch.restart(now);
    }
  }

  @Test
  void newStartThatDoesNotHelpIsTheLast() {
    assertFalse(watch.isHopeless(7));
    assertTrue(watch.isHopeless(7));
  }

  @Test
  void sliceThatWasDoneSinceGivesNewHope() {
    assertFalse(watch.isHopeless(7));
    assertFalse(watch.isHopeless(8));
    assertTrue(watch.isHopeless(8));
  }
}
