package io.freshet.uservectors.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RenewalRuleTest {
  private static final long MAX = 1_000L << 20;
  private static final long LITTLE = 100L << 20;
  private static final long MUCH = 800L << 20;

  private final RenewalRule rule = new RenewalRule(1_000);
  private long now = Long.MAX_VALUE - 5; // Monotonic clocks may overflow.

  private void begin(long slices, long heap) {
    rule.begin(slices, heap, now);
  }

  private Optional<String> reason(long slices, boolean idle, long heap) {
    return rule.reason(slices, idle, heap, MAX, now);
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  @Test
  void graphIsRenewedAfterSoManySlicesOfItsOwn() {
    begin(50_000, LITTLE);
    assertEquals(Optional.empty(), reason(50_999, true, LITTLE));
    assertEquals(Optional.of("1,000 slices are done"), reason(51_000, true, LITTLE));
    begin(51_000, LITTLE);
    assertEquals(Optional.empty(), reason(51_001, true, LITTLE));
  }

  @Test
  void renewalWaitsForAMomentAtWhichNobodyWaitsButNotForEver() {
    begin(0, LITTLE);
    assertEquals(Optional.empty(), reason(1_099, false, LITTLE));
    assertTrue(reason(1_099, true, LITTLE).isPresent());
    assertTrue(reason(1_100, false, LITTLE).isPresent());
  }

  @Test
  void graphIsRenewedWhenLittleOfTheHeapIsLeft() {
    begin(0, LITTLE);
    pass(Duration.ofMinutes(2));
    assertEquals(Optional.empty(), reason(5, false, 699L << 20));
    assertEquals(Optional.of("800 MB of the heap's 1,000 are in use"), reason(5, false, MUCH));
  }

  @Test
  void figureOfACollectionBeforeTheGraphDoesNotCount() {
    begin(0, MUCH);
    pass(Duration.ofHours(2));
    assertEquals(Optional.empty(), reason(5, true, MUCH));
    assertTrue(reason(5, true, MUCH + 1).isPresent());
  }

  @Test
  void heapThatIsFullForAnotherReasonIsNoReasonToRenewAllTheTime() {
    begin(0, LITTLE);
    int renewals = 0;
    for (int minute = 0; minute < 24 * 60; minute++) {
      pass(Duration.ofMinutes(1));
      if (reason(5, true, MUCH + minute).isPresent()) {
        renewals++;
        begin(5, MUCH + minute);
      }
    }
    assertTrue(renewals >= 24 && renewals < 35, renewals + " in a day");
  }

  @Test
  void pauseIsShortAgainOnceARenewalHasHelped() {
    begin(0, LITTLE);
    for (int i = 0; i < 10; i++) {
      pass(Duration.ofHours(1));
      assertTrue(reason(5, true, MUCH + i).isPresent());
      begin(5, MUCH + i);
    }
    assertTrue(reason(1_005, true, LITTLE).isPresent());
    begin(1_005, LITTLE);
    pass(Duration.ofMinutes(1));
    assertTrue(reason(1_006, true, MUCH).isPresent());
  }
}
