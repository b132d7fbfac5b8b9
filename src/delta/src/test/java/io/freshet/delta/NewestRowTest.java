package io.freshet.delta;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class NewestRowTest {
  private static final RowOrder BY_SECOND_COLUMN = new RowOrder(OptionalInt.of(1));
  private static final RowOrder BY_PLACE = new RowOrder(OptionalInt.empty());

  @Test
  void onlyRowLeftIsTheNewestHoweverOldItMayBe() {
    NewestRow newest = new NewestRow(BY_PLACE, BY_PLACE);
    newest.add(row("a", 1), compacted(-1, 9));
    assertTrue(newest.isCertain());
  }

  @Test
  void rowOfALaterCommitIsCertainlyNewerAndOneOfOverlappingCommitsIsNot() {
    NewestRow later = new NewestRow(BY_PLACE, BY_PLACE);
    later.add(row("a", 1), compacted(2, 5));
    later.add(row("b", 1), RowDate.at(6, 0, 0));
    assertTrue(later.isCertain());
    assertArrayEquals(row("b", 1), later.values());

    NewestRow overlapping = new NewestRow(BY_PLACE, BY_PLACE);
    overlapping.add(row("a", 1), compacted(2, 6));
    overlapping.add(row("b", 1), RowDate.at(6, 0, 0));
    assertFalse(overlapping.isCertain());
  }

  @Test
  void rowsOfOneCommitAreToldApartByTheirPlaces() {
    NewestRow newest = new NewestRow(BY_PLACE, BY_PLACE);
    newest.add(row("a", 1), RowDate.at(6, 0, 1));
    newest.add(row("b", 1), RowDate.at(6, 0, 0));
    assertTrue(newest.isCertain());
    assertArrayEquals(row("a", 1), newest.values());
  }

  @Test
  void copiedRowsOfOneCommitAreToldApartByTheOrderColumnOnly() {
    NewestRow unordered = new NewestRow(BY_PLACE, BY_PLACE);
    unordered.add(row("a", 1), compacted(6, 6));
    unordered.add(row("b", 2), compacted(6, 6));
    assertFalse(unordered.isCertain());

    NewestRow ordered = new NewestRow(BY_SECOND_COLUMN, BY_PLACE);
    ordered.add(row("a", 2), compacted(6, 6));
    ordered.add(row("b", 1), compacted(6, 6));
    assertTrue(ordered.isCertain());
    assertArrayEquals(row("a", 2), ordered.values());

    ordered.add(row("c", 2), compacted(6, 6));
    assertFalse(ordered.isCertain(), "two with the greatest order");
    ordered.add(row("d", 3), compacted(6, 6));
    assertTrue(ordered.isCertain(), "a greater one than both");
  }

  @Test
  void orderColumnDoesNotTellRowsOfSeveralCommitsApart() {
    NewestRow newest = new NewestRow(BY_SECOND_COLUMN, BY_PLACE);
    newest.add(row("a", 1), compacted(2, 6));
    newest.add(row("b", 2), compacted(2, 6));
    assertFalse(newest.isCertain());
  }

  @Test
  void eventTimeDecidesWhereTheLogDoesNotTell() {
    NewestRow compacted = new NewestRow(BY_PLACE, BY_SECOND_COLUMN);
    compacted.add(row("a", 2), compacted(2, 6));
    compacted.add(row("b", 1), compacted(2, 6));
    compacted.add(row("c", 1), compacted(3, 7));
    assertFalse(compacted.isCertain());
    assertArrayEquals(row("a", 2), compacted.values());

    NewestRow placed = new NewestRow(BY_PLACE, BY_SECOND_COLUMN);
    placed.add(row("a", 2), RowDate.at(6, 0, 0));
    placed.add(row("b", 1), RowDate.at(6, 0, 1));
    assertArrayEquals(row("b", 1), placed.values());
  }

  @Test
  void equalRowsAreOne() {
    NewestRow newest = new NewestRow(BY_PLACE, BY_PLACE);
    newest.add(row("a", 1), compacted(2, 6));
    newest.add(row("a", 1), compacted(2, 6));
    assertTrue(newest.isCertain());
  }

  private static Object[] row(String content, long order) {
    return new Object[] {content, order};
  }

  private static RowDate compacted(long from, long to) {
    return new RowDate(from, to, false, 0, 0, RowDate.COPIED);
  }
}
