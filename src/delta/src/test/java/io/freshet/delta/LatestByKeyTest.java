package io.freshet.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.ChangeType;
import io.freshet.changes.Position;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class LatestByKeyTest {
  private final LatestByKey byPlace = new LatestByKey(0, OptionalInt.empty());
  private final LatestByKey byOrder = new LatestByKey(0, OptionalInt.of(1));

  @Test
  void theLastRowOfAKeyByPlaceIsItsNewest() {
    byPlace.add(row(1, 0, "a", 9L));
    byPlace.add(row(1, 1, "b", 5L));
    byPlace.add(row(1, 2, "a", 1L));

    assertEquals(List.of("b 1:0:1", "a 1:0:2"), survivors(byPlace));
    assertEquals(1, byPlace.superseded());
  }

  @Test
  void withinACommitTheGreatestOrderIsTheNewest() {
    byOrder.add(row(1, 0, "a", 9L));
    byOrder.add(row(1, 1, "a", 5L));

    assertEquals(List.of("a 1:0:0"), survivors(byOrder));
  }

  @Test
  void ofEqualOrdersTheLastPlaceIsTheNewest() {
    byOrder.add(row(1, 0, "a", 9L));
    byOrder.add(row(1, 1, "a", 9L));

    assertEquals(List.of("a 1:0:1"), survivors(byOrder));
  }

  @Test
  void aLaterCommitBeatsAGreaterOrder() {
    byOrder.add(row(1, 0, "a", 9L));
    byOrder.add(row(2, 0, "a", 1L));

    assertEquals(List.of("a 2:0:0"), survivors(byOrder));
  }

  @Test
  void anOrderThatIsNullComesFirst() {
    byOrder.add(row(1, 0, "a", null));
    byOrder.add(row(1, 1, "a", 1L));
    byOrder.add(row(1, 2, "a", null));

    assertEquals(List.of("a 1:0:1"), survivors(byOrder));
  }

  @Test
  void rowsWithoutAKeyAreAllKept() {
    byPlace.add(row(1, 0, null, 1L));
    byPlace.add(row(1, 1, null, 1L));

    assertEquals(List.of("null 1:0:0", "null 1:0:1"), survivors(byPlace));
    assertEquals(0, byPlace.superseded());
  }

  @Test
  void aRowGivesWayToAGreaterOrderBeforeTheCut() {
    byOrder.add(row(1, 10, "a", 5L));
    byOrder.add(row(1, 11, "b", 5L));
    byOrder.add(row(2, 0, "c", 5L));
    assertTrue(byOrder.holds("a", 1));
    assertFalse(byOrder.holds("c", 1));

    byOrder.dropIfOlderThan("a", 6L);
    byOrder.dropIfOlderThan("b", 5L);

    assertEquals(List.of("b 1:0:11", "c 2:0:0"), survivors(byOrder));
    assertEquals(1, byOrder.superseded());
  }

  private static ReadRow row(long version, long row, String key, Long order) {
    return new ReadRow(
        new Position(version, 0, row), ChangeType.INSERT, Instant.EPOCH, new Object[] {key, order});
  }

  private static List<String> survivors(LatestByKey latest) {
    return latest.survivors().stream().map(r -> r.values()[0] + " " + r.position()).toList();
  }
}
