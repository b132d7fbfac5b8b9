package io.freshet.uservectors.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.ledger.Cursor;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class HistoryDoubtTest {
  private static final Optional<Cursor> PLACE = Optional.of(Cursor.changesFrom(3));

  private final HistoryDoubt doubt = new HistoryDoubt(Duration.ofSeconds(10));

  @Test
  void oneLookDecidesNothing() {
    assertFalse(at(PLACE, 0));
    assertFalse(at(PLACE, 60), "twice is too seldom");
    assertTrue(at(PLACE, 61));
  }

  @Test
  void whatIsSaidInAShortTimeIsSaidOnce() {
    for (int time = 0; time < 10; time++) {
      assertFalse(at(PLACE, time));
    }
    assertTrue(at(PLACE, 10));
  }

  @Test
  void progressInBetweenStartsAnew() {
    assertFalse(at(PLACE, 0));
    assertFalse(at(PLACE, 5));
    Optional<Cursor> next = Optional.of(Cursor.changesFrom(4));
    assertFalse(at(next, 11));
    assertFalse(at(next, 16));
    assertTrue(at(next, 21));
  }

  @Test
  void whatWasSaidBeforeAllWasReadCountsNoMore() {
    assertFalse(at(PLACE, 0));
    assertFalse(at(PLACE, 5));
    doubt.allWasRead();
    assertFalse(at(PLACE, 36_000), "hours later, at the same place, since nothing came meanwhile");
    assertFalse(at(PLACE, 36_005));
    assertTrue(at(PLACE, 36_010));
  }

  @Test
  void pausesAreSuchThatTheThirdTimeIsTheLast() {
    assertEquals(Duration.ofSeconds(5), doubt.pause());
  }

  private boolean at(Optional<Cursor> cursor, long second) {
    return doubt.isOver(cursor, Duration.ofSeconds(second).toNanos());
  }
}
