package io.freshet.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.Position;
import io.freshet.changes.Slice;
import io.freshet.delta.table.DataUnit;
import io.freshet.delta.table.TableSchema;
import io.freshet.ledger.Cursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableSlicePlannerTest {
  private final FakeTableLog log = new FakeTableLog();

  @Test
  void anExceptionThatNobodyForesawIsToldWithItsCauseTableAndVersion() {
    log.add().add(40).add(30);
    RuntimeException thrown = new IllegalStateException("for the test");
    log.failure = Optional.of(thrown);

    FreshetException told =
        assertThrows(FreshetException.class, () -> plan(Cursor.changesFrom(1), 100));

    assertEquals(FailureCategory.UNEXPECTED, told.category());
    assertEquals(thrown, told.getCause());
    assertTrue(told.getMessage().startsWith("Version 1 of /t cannot be read"), told.getMessage());
    assertTrue(
        told.getMessage().contains("IllegalStateException: for the test at "), told.getMessage());
  }

  @Test
  void wholeCommitsAreTakenWhileTheyFit() {
    log.add().add(40).add(30, 20).add(20);

    assertEquals(Optional.of(changes(at(0), at(3))), plan(Cursor.changesFrom(0), 100));
  }

  @Test
  void commitsThatFillTheSliceExactlyAreAllOfIt() {
    log.add(50).add(50).add(50);

    assertEquals(Optional.of(changes(at(0), at(2))), plan(Cursor.changesFrom(0), 100));
  }

  @Test
  void aCommitThatDoesNotFitBeginsTheNextSliceAndIsNotReadAgainAndAgain() {
    log.add(90).add(20, 5);

    assertEquals(Optional.of(changes(at(0), at(1))), plan(Cursor.changesFrom(0), 90 + 10));
    assertEquals(2, log.commitsRead);
  }

  @Test
  void aCommitOfWhichNoRowFitsIsReadOnce() {
    log.add(99).add(5);
    ChangeFeed feed = Feeds.of("/t", ChangeFeed.NO_END, 995);

    Optional<Slice> slice =
        new TableSlicePlanner(() -> log, feed).plan(Cursor.changesFrom(0), 1_000);

    assertEquals(Optional.of(changes(at(0), at(1))), slice);
    assertEquals(2, log.commitsRead);
  }

  @Test
  void aCommitBiggerThanASliceIsCutBetweenItsFilesAndThenWithinOne() {
    log.add(60, 40, 250);

    assertEquals(
        Optional.of(changes(at(0), new Position(0, 2, 0))), plan(Cursor.changesFrom(0), 100));
    assertEquals(
        Optional.of(changes(new Position(0, 2, 0), new Position(0, 2, 100))),
        plan(new Cursor(false, new Position(0, 2, 0)), 100));
    assertEquals(
        Optional.of(changes(new Position(0, 2, 200), at(1))),
        plan(new Cursor(false, new Position(0, 2, 200)), 100));
  }

  @Test
  void bytesLimitASliceToo() {
    log.add(100);
    ChangeFeed feed = Feeds.of("/t", ChangeFeed.NO_END, 250);

    assertEquals(
        Optional.of(changes(at(0), new Position(0, 0, 25))),
        new TableSlicePlanner(() -> log, feed).plan(Cursor.changesFrom(0), 1_000));
  }

  @Test
  void aRowBiggerThanTheLimitIsASliceOfItsOwn() {
    log.add(3);
    ChangeFeed feed = Feeds.of("/t", ChangeFeed.NO_END, 1);

    assertEquals(
        Optional.of(changes(at(0), new Position(0, 0, 1))),
        new TableSlicePlanner(() -> log, feed).plan(Cursor.changesFrom(0), 1_000));
  }

  @Test
  void commitsWithoutChangesAreDoneToo() {
    log.add().add().add();

    assertEquals(Optional.of(changes(at(0), at(3))), plan(Cursor.changesFrom(0), 100));
  }

  @Test
  void whereNothingIsNewThereIsNoSlice() {
    log.add(5);

    assertEquals(Optional.empty(), plan(Cursor.changesFrom(1), 100));
  }

  @Test
  void nothingAfterTheLastVersionIsHandedOut() {
    log.add(5).add(5).add(5);
    ChangeFeed feed = Feeds.of("/t", 1, Long.MAX_VALUE);
    TableSlicePlanner planner = new TableSlicePlanner(() -> log, feed);

    assertEquals(Optional.of(changes(at(0), at(2))), planner.plan(Cursor.changesFrom(0), 100));
    assertEquals(Optional.empty(), planner.plan(Cursor.changesFrom(2), 100));
  }

  @Test
  void aSnapshotIsCutAndEndsBeforeTheNextVersion() {
    log.add(60).add(60);

    assertEquals(
        Optional.of(new Slice(true, at(1), new Position(1, 1, 40))),
        plan(Cursor.snapshotAt(1), 100));
    assertEquals(
        Optional.of(new Slice(true, new Position(1, 1, 40), at(2))),
        plan(new Cursor(true, new Position(1, 1, 40)), 100));
  }

  @Test
  void theSnapshotOfAnEmptyTableIsASliceWithoutRows() {
    log.add();

    assertEquals(Optional.of(new Slice(true, at(0), at(1))), plan(Cursor.snapshotAt(0), 100));
  }

  @Test
  void aCommitThatTakesAwayANeededColumnIsRefusedWhenAllBeforeItIsDone() {
    TableSchema other =
        new TableSchema(Schema.builder().addNullableStringField("item_id").build(), Map.of());
    log.add(5).add(Optional.of(other), 5);

    assertEquals(Optional.of(changes(at(0), at(1))), plan(Cursor.changesFrom(0), 100));
    FreshetException refused =
        assertThrows(FreshetException.class, () -> plan(Cursor.changesFrom(1), 100));
    assertEquals(FailureCategory.SCHEMA, refused.category());
    assertTrue(refused.getMessage().contains("Version 1"), refused.getMessage());
    assertTrue(refused.getMessage().contains("'user_id'"), refused.getMessage());
  }

  @Test
  void aWideningAfterWhichValuesHaveOtherTextsIsACommitOfAllRows() {
    log.add(Optional.of(items(FieldType.INT32)), 5);
    log.add(Optional.of(items(FieldType.INT64)));
    log.add(Optional.of(items(FieldType.DOUBLE)));
    log.add(3);
    ChangeFeed feed = Feeds.of("/t", List.of("user_id", "item"), Keys.EVENTS, "");
    TableSlicePlanner planner = new TableSlicePlanner(() -> log, feed);

    assertEquals(Optional.of(changes(at(0), at(2))), planner.plan(Cursor.changesFrom(0), 100));
    assertEquals(
        Optional.of(changes(at(2), new Position(2, 0, 2))), planner.plan(Cursor.changesFrom(2), 2));
    assertEquals(Optional.of(changes(at(2), at(3))), planner.plan(Cursor.changesFrom(2), 100));
  }

  @Test
  void aPipelineBeginsAnewBeforeTypesThatItDoesNotReadAndReadsOlderOnes() {
    log.add(Optional.of(items(FieldType.INT32)), 5);
    log.add(Optional.of(items(FieldType.row(fields("a")))), 1);
    log.add(Optional.of(items(FieldType.row(fields("a", "b")))), 1);
    ChangeFeed feed = Feeds.of("/t", List.of("user_id", "item"), Keys.EVENTS, "");

    // Began when the second commit was the latest: the field that came since is not left out.
    FreshetException since =
        assertThrows(FreshetException.class, () -> planner(feed, "a").plan(changesFrom(2), 9));
    assertEquals(FailureCategory.SCHEMA, since.category());
    assertTrue(since.getMessage().contains("Version 2 of /t"), since.getMessage());
    assertTrue(DeltaChanges.mustBeReadAnew(feed, read("a"), log.info()));
    // Began after it: the version before has no such field.
    assertEquals(
        Optional.of(changes(at(1), at(2))), planner(feed, "a", "b").plan(changesFrom(1), 9));
    assertFalse(DeltaChanges.mustBeReadAnew(feed, read("a", "b"), log.info()));
    FreshetException before =
        assertThrows(FreshetException.class, () -> planner(feed, "a", "b").plan(changesFrom(0), 9));
    assertEquals(FailureCategory.SCHEMA, before.category());
  }

  private static Cursor changesFrom(long version) {
    return Cursor.changesFrom(version);
  }

  private TableSlicePlanner planner(ChangeFeed feed, String... fields) {
    return new TableSlicePlanner(
        () -> log, feed, Optional.of(read(fields)), Optional::empty, System::nanoTime);
  }

  private static Schema read(String... fields) {
    return items(FieldType.row(fields(fields))).schema();
  }

  private static Schema fields(String... names) {
    Schema.Builder struct = Schema.builder();
    List.of(names).forEach(struct::addNullableStringField);
    return struct.build();
  }

  private static TableSchema items(FieldType type) {
    return new TableSchema(
        Schema.builder().addNullableStringField("user_id").addNullableField("item", type).build(),
        Map.of());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void slicesOfAnyLimitsHoldEachRowOnce(int seed) {
    Random random = new Random(seed);
    int commits = 1 + random.nextInt(12);
    for (int i = 0; i < commits; i++) {
      log.add(random.longs(random.nextInt(4), 0, 30).toArray());
    }
    boolean snapshot = random.nextBoolean();
    Cursor cursor = snapshot ? Cursor.snapshotAt(commits - 1) : Cursor.changesFrom(0);
    List<Slice> slices = new ArrayList<>();
    for (Optional<Slice> next = plan(cursor, 1 + random.nextInt(50));
        next.isPresent();
        next = plan(cursor, 1 + random.nextInt(50))) {
      Slice slice = next.get();
      assertEquals(cursor.position(), slice.from());
      slices.add(slice);
      cursor = new Cursor(snapshot && !slice.to().isStartOfVersion(), slice.to());
    }

    assertEquals(at(commits), cursor.position());
    for (int version = snapshot ? commits - 1 : 0; version < commits; version++) {
      List<DataUnit> units =
          snapshot ? log.snapshot(version).files() : log.commit(version).orElseThrow().units();
      for (int unit = 0; unit < units.size(); unit++) {
        for (long row = 0; row < units.get(unit).rows().orElseThrow(); row++) {
          Position position = new Position(version, unit, row);
          long holders =
              slices.stream()
                  .filter(s -> s.from().compareTo(position) <= 0 && position.compareTo(s.to()) < 0)
                  .count();
          assertEquals(1, holders, position + " of " + slices);
        }
      }
    }
  }

  private Optional<Slice> plan(Cursor from, long maxRows) {
    return new TableSlicePlanner(() -> log, Feeds.of("/t")).plan(from, maxRows);
  }

  private static Slice changes(Position from, Position to) {
    return new Slice(false, from, to);
  }

  private static Position at(long version) {
    return Position.startOf(version);
  }
}
