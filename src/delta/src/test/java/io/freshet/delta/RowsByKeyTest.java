package io.freshet.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.ChangeType;
import io.freshet.changes.Position;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RowsByKeyTest {
  private final RowsByKey byPlace = new RowsByKey(0, new RowOrder(OptionalInt.empty()));
  private final RowsByKey byOrder = new RowsByKey(0, new RowOrder(OptionalInt.of(1)));

  @Test
  void theLastRowOfAKeyByPlaceIsItsNewest() {
    byPlace.add(row(1, 0, "a", 9L));
    byPlace.add(row(1, 1, "b", 5L));
    byPlace.add(row(1, 2, "a", 1L));

    assertEquals(List.of("a 1:0:2", "b 1:0:1"), newest(byPlace));
  }

  @Test
  void withinACommitTheGreatestOrderIsTheNewest() {
    byOrder.add(row(1, 0, "a", 9L));
    byOrder.add(row(1, 1, "a", 5L));

    assertEquals(List.of("a 1:0:0"), newest(byOrder));
  }

  @Test
  void ofEqualOrdersTheLastPlaceIsTheNewest() {
    byOrder.add(row(1, 0, "a", 9L));
    byOrder.add(row(1, 1, "a", 9L));

    assertEquals(List.of("a 1:0:1"), newest(byOrder));
  }

  @Test
  void aLaterCommitBeatsAGreaterOrder() {
    byOrder.add(row(1, 0, "a", 9L));
    byOrder.add(row(2, 0, "a", 1L));

    assertEquals(List.of("a 2:0:0"), newest(byOrder));
  }

  @Test
  void anOrderThatIsNullComesFirst() {
    byOrder.add(row(1, 0, "a", null));
    byOrder.add(row(1, 1, "a", 1L));
    byOrder.add(row(1, 2, "a", null));

    assertEquals(List.of("a 1:0:1"), newest(byOrder));
  }

  @Test
  void rowsWithoutAKeyAreAllKept() {
    byPlace.add(row(1, 0, null, 1L));
    byPlace.add(row(1, 1, null, 1L));

    assertEquals(List.of("null 1:0:0", "null 1:0:1"), texts(byPlace.withoutKey()));
    assertTrue(byPlace.keys().isEmpty());
  }

  @Test
  void aRowGivesWayToAGreaterOrderBeforeTheCut() {
    byOrder.add(row(1, 10, "a", 5L));
    byOrder.add(row(1, 11, "b", 5L));
    byOrder.add(row(2, 0, "c", 5L));

    byOrder.meet("a", new Object[] {"a", 6L}, 1);
    byOrder.meet("b", new Object[] {"b", 5L}, 1);
    byOrder.meet("c", new Object[] {"c", 6L}, 1);
    byOrder.meet("d", new Object[] {"d", 6L}, 1);

    assertEquals(List.of("b 1:0:11", "c 2:0:0"), newest(byOrder));
  }

  @Test
  void whatWentAwayWithACommitGivesWayToItsNewRowsBeforeTheCut() {
    byPlace.add(row(ChangeType.DELETE, 1, 20, "a", 1L));
    byPlace.add(row(ChangeType.DELETE, 1, 21, "b", 1L));
    byPlace.add(row(ChangeType.DELETE, 2, 0, "b", 1L));
    assertTrue(byPlace.hasGoneOf(1));
    assertFalse(byPlace.hasGoneOf(3));

    byPlace.meet("a", new Object[] {"a"}, 1);
    byPlace.meet("b", new Object[] {"b"}, 1);

    assertEquals(List.of("b"), List.copyOf(byPlace.keys().keySet()));
    assertEquals(List.of("b 2:0:0"), texts(byPlace.keys().get("b").gone()));
  }

  @Test
  void theNewestRowIsLeftUnlessALaterCommitTookARowAway() {
    byPlace.add(row(1, 0, "inserted again in one commit", 1L));
    byPlace.add(row(ChangeType.DELETE, 1, 1, "inserted again in one commit", 1L));
    byPlace.add(row(ChangeType.DELETE, 1, 2, "inserted again later", 1L));
    byPlace.add(row(2, 0, "inserted again later", 1L));
    byPlace.add(row(1, 3, "deleted later", 1L));
    byPlace.add(row(ChangeType.DELETE, 2, 1, "deleted later", 1L));
    byPlace.add(row(ChangeType.DELETE, 2, 2, "deleted", 1L));
    byPlace.add(row(ChangeType.UPDATE_PREIMAGE, 2, 3, "re-keyed", 1L));

    assertEquals(
        List.of("inserted again in one commit", "inserted again later"),
        byPlace.keys().entrySet().stream()
            .filter(rows -> rows.getValue().newestIsLeft())
            .map(rows -> rows.getKey())
            .toList());
  }

  @Test
  void onlyOtherRowsOfTheNewestCommitAreDuplicates() {
    byPlace.add(row(1, 0, "a", 1L));
    byPlace.add(row(1, 1, "a", 1L));
    byPlace.add(row(2, 0, "b", 1L));
    byPlace.add(row(3, 0, "b", 1L));

    assertEquals(1, byPlace.keys().get("a").othersInNewestCommit());
    assertEquals(0, byPlace.keys().get("b").othersInNewestCommit());
  }

  /** Else a table without keys would be one row that cannot be written, however long it is. */
  @Test
  void rowsOfAnEmptyOrNullKeyGiveWayToNone() {
    byPlace.add(row(1, 0, "", 1L));
    byPlace.add(row(1, 1, "", 1L));
    byPlace.add(row(2, 0, null, 1L));
    byPlace.add(row(ChangeType.DELETE, 3, 0, "", 1L));
    byPlace.meet("", new Object[] {"", 2L}, 1);

    assertEquals(Set.of(), byPlace.keys().keySet());
    assertEquals(4, byPlace.withoutKey().size());
  }

  private static ReadRow row(long version, long row, String key, Long order) {
    return row(ChangeType.INSERT, version, row, key, order);
  }

  private static ReadRow row(ChangeType type, long version, long row, String key, Long order) {
    return new ReadRow(
        new Position(version, 0, row), type, Instant.EPOCH, new Object[] {key, order});
  }

  private static List<String> newest(RowsByKey rows) {
    return texts(rows.keys().values().stream().flatMap(of -> of.newest().stream()).toList());
  }

  private static List<String> texts(Collection<ReadRow> rows) {
    return rows.stream().map(r -> r.values()[0] + " " + r.position()).toList();
  }
}
