package io.freshet.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.OptionAtFault;
import io.freshet.changes.Outcome;
import io.freshet.changes.Reject;
import io.freshet.changes.SkipReason;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RejectRuleTest {
  private final Pipeline pipeline = new Pipeline();
  private SliceCoordinator coordinator = pipeline.coordinator();
  private SkipReason withoutKey = SkipReason.NULL_KEY;

  /** Numbers from {@code first} up to {@code end}, exclusive. */
  private static List<Integer> numbers(int first, int end) {
    return IntStream.range(first, end).boxed().toList();
  }

  /** Hands out the next slice, of so many rows, which must be a multiple of those of a commit. */
  private ClaimedSlice slice(int rows) {
    pipeline.commits =
        pipeline.ledger.cursor().orElseThrow().position().version() + rows / Pipeline.ROWS;
    return pipeline.read(coordinator.poll().orElseThrow());
  }

  private void reject(ClaimedSlice slice, List<Integer> numbers, OptionAtFault option) {
    if (!numbers.isEmpty()) {
      pipeline.record(
          new Outcome.Skipped(
              slice.lease(),
              numbers,
              option == OptionAtFault.KEY_COLUMN ? withoutKey : SkipReason.BAD_VECTOR,
              option == OptionAtFault.DIMENSION ? "it holds 16 components" : "it holds null",
              Optional.of(new Reject(numbers.get(0), "'k" + numbers.get(0) + "'", option))));
    }
  }

  /** A slice whose last rows are rejected. */
  private void finish(int rows, int rejected) {
    ClaimedSlice slice = slice(rows);
    pipeline.write(slice, numbers(0, rows - rejected));
    reject(slice, numbers(rows - rejected, rows), OptionAtFault.VECTOR_COLUMN);
    assertEquals(Optional.empty(), coordinator.poll());
  }

  private long slicesDone() {
    return pipeline.ledger.status().slices();
  }

  private Optional<Contents.Halt> halt() {
    return pipeline.ledger.halt(pipeline.ledger.view(), pipeline.generation());
  }

  private void expectDone(long slices) {
    assertEquals(Optional.empty(), halt());
    assertEquals(slices, slicesDone());
  }

  private String expectHalt(long slices) {
    assertEquals(FailureCategory.TOO_MANY_REJECTS.name(), halt().orElseThrow().category());
    assertEquals(slices, slicesDone());
    return halt().orElseThrow().message();
  }

  private void rows(int most) {
    pipeline.rowsOfSlice = most;
    coordinator = pipeline.coordinator();
  }

  @Test
  void sliceOfWhichMoreThanHalfIsRejectedIsNotRecordedAndThePipelineIsToldWhy() {
    rows(2_000);
    finish(2_000, 1_001);

    String message = expectHalt(0);
    for (String part :
        List.of(
            "50% of the 2,000 rows",
            "bad_vector",
            "key 'k999': it holds null",
            "--vectorColumn",
            "--maxDeadLetterRatio=1")) {
      assertTrue(message.contains(part), message);
    }
    assertEquals(Optional.empty(), coordinator.poll(), "nothing follows it");
    assertEquals(
        new FirstReject("'k999'", "it holds null", 199),
        pipeline.ledger.status().rejects().get("bad_vector"));
  }

  @Test
  void halfOfASliceStopsNothing() {
    rows(2_000);
    finish(2_000, 1_000);
    expectDone(1);
    assertEquals(
        new FirstReject("'k1000'", "it holds null", 199),
        pipeline.ledger.status().rejects().get("bad_vector"));
    assertEquals(1_000, pipeline.ledger.status().totals().skipped().get("bad_vector"));
  }

  @Test
  void fewerThanAHundredRejectsStopNothing() {
    rows(1_000);
    finish(90, 90);
    expectDone(1);
  }

  @Test
  void smallSlicesAreJudgedByTheLastThousandRows() {
    rows(100);
    for (int slice = 1; slice <= 10; slice++) {
      finish(100, 0);
    }
    for (int slice = 1; slice <= 5; slice++) {
      finish(100, 100);
    }
    expectDone(15);
    finish(100, 100);
    String message = expectHalt(15);
    assertTrue(message.contains("60% of the 1,000 rows"), message);
  }

  @Test
  void tinySlicesAddUpToo() {
    rows(10);
    for (int slice = 1; slice <= 9; slice++) {
      finish(10, 10);
    }
    expectDone(9);
    finish(10, 10);
    expectHalt(9);
  }

  @Test
  void anotherStartCountsAnew() {
    rows(10);
    for (int slice = 1; slice <= 9; slice++) {
      finish(10, 10);
    }
    pipeline.raiseGeneration();
    rows(10);
    finish(10, 10);
    expectDone(10);
  }

  @Test
  void anotherStartTriesTheSliceAnewAndMayFindThatAllIsWell() {
    rows(200);
    finish(200, 200);
    expectHalt(0);
    pipeline.raiseGeneration();
    rows(200);

    assertEquals(200, Pipeline.due(slice(200)).size());
    pipeline.clock.advance(Pipeline.LEASE.plus(Pipeline.SETTLE));
    pipeline.write(coordinator.poll().orElseThrow());
    assertEquals(Optional.empty(), coordinator.poll());
    expectDone(1);
  }

  @Test
  void anotherStartThatFindsTheSameStopsAsWell() {
    rows(200);
    finish(200, 200);
    pipeline.raiseGeneration();
    rows(200);
    finish(200, 200);
    expectHalt(0);
  }

  @Test
  void whatASecondAttemptHasWrittenIsNotRejected() {
    rows(200);
    ClaimedSlice first = slice(200);
    reject(first, numbers(0, 150), OptionAtFault.VECTOR_COLUMN);
    pipeline.clock.advance(Pipeline.LEASE);
    ClaimedSlice second = pipeline.read(coordinator.poll().orElseThrow());
    pipeline.write(second, numbers(0, 200));
    assertEquals(Optional.empty(), coordinator.poll());
    expectDone(1);
    assertEquals(Map.of(), pipeline.ledger.status().rejects());
  }

  @Test
  void rejectsOfSeveralAttemptsAreUnited() {
    rows(200);
    ClaimedSlice first = slice(200);
    reject(first, numbers(10, 70), OptionAtFault.VECTOR_COLUMN);
    pipeline.clock.advance(Pipeline.LEASE);
    ClaimedSlice second = pipeline.read(coordinator.poll().orElseThrow());
    reject(second, numbers(70, 120), OptionAtFault.VECTOR_COLUMN);
    pipeline.write(second, numbers(0, 10));
    pipeline.write(second, numbers(120, 200));
    assertEquals(Optional.empty(), coordinator.poll());
    String message = expectHalt(0);
    assertTrue(message.contains("key 'k10'"), message);
  }

  @Test
  void whatNeedNotBeWrittenIsNoReject() {
    rows(1_000);
    ClaimedSlice slice = slice(1_000);
    pipeline.skip(slice.lease(), numbers(0, 300), SkipReason.CHANGE_TYPE);
    pipeline.skip(slice.lease(), numbers(300, 600), SkipReason.STILL_CURRENT);
    pipeline.skip(slice.lease(), numbers(600, 900), SkipReason.NULL_KEY); // Deletes.
    pipeline.write(slice, numbers(900, 1_000));
    assertEquals(Optional.empty(), coordinator.poll());
    expectDone(1);
  }

  @Test
  void rowsThatGaveWayToANewerOneCountAsThatOneDoes() {
    // 3,000 rows without a key, 7,000 rows of 50 keys: 30%.
    assertEquals(0.3, tally(50, 6_950, 3_000, 0).share(), 1e-9);
    withoutKey = SkipReason.EMPTY_KEY;
    assertEquals(0.3, tally(50, 6_950, 3_000, 0).share(), 1e-9);
    // 2,000 rows of 150 keys, none of which can be written: all.
    assertEquals(1, tally(0, 1_850, 0, 150).share(), 1e-9);
    // 50 keys that 7,000 rows are of, and 100 rows of others that cannot be written: hardly any.
    int[] rows = new int[150];
    Arrays.fill(rows, 0, 50, 140);
    Arrays.fill(rows, 50, 150, 1);
    assertEquals(100.0 / 7_100, tally(50, 6_950, 0, 100, rows).share(), 1e-9);
    // The other way round.
    Arrays.fill(rows, 0, 50, 1);
    Arrays.fill(rows, 50, 150, 70);
    assertEquals(7_000.0 / 7_050, tally(50, 6_900, 0, 100, rows).share(), 1e-9);
    // Of more keys than the heaviest thousand the others have about as many rows each.
    int[] many = new int[3_000];
    Arrays.fill(many, 3);
    Arrays.fill(many, 0, 100, 50);
    assertEquals(1_500 * 3.0 / 13_700, tally(1_500, 10_700, 0, 1_500, many).share(), 0.001);
  }

  @Test
  void aFewKeysWithManyRowsAreTooManyOnlyWhereNothingElseIsWritten() {
    SliceLimits limits = new SliceLimits(1_000, Pipeline.LEASE, Pipeline.SETTLE);
    // One row of a user with many, as the only one of its slice.
    assertFalse(tally(0, 999, 0, 1).isTooMany(limits));
    assertTrue(tally(0, 998, 0, 2).isTooMany(limits));
    assertFalse(tally(0, 97, 0, 2).isTooMany(limits), "99 rows");
    // Nine users, or ten, with nearly all rows, and one more.
    assertFalse(tally(1, 990, 0, 9, heavy(1, 9, 111)).isTooMany(limits));
    assertTrue(tally(1, 1_100, 0, 10, heavy(1, 10, 111)).isTooMany(limits));
  }

  private static int[] heavy(int ones, int heavy, int rowsOfEach) {
    int[] rows = new int[ones + heavy];
    Arrays.fill(rows, 0, ones, 1);
    Arrays.fill(rows, ones, ones + heavy, rowsOfEach);
    return rows;
  }

  private RejectTally tally(int written, long superseded, int withoutKey, int bad) {
    int[] rowsOfChanges = new int[written + withoutKey + bad];
    Arrays.fill(rowsOfChanges, 1);
    return tally(written, superseded, withoutKey, bad, rowsOfChanges);
  }

  private RejectTally tally(
      int written, long superseded, int withoutKey, int bad, int[] rowsOfChanges) {
    rows(10_000);
    pipeline.commits += 1_000;
    ClaimedSlice slice = pipeline.claim(coordinator.poll().orElseThrow());
    int changes = written + withoutKey + bad;
    slice.recordManifest(
        changes + superseded,
        Map.of(SkipReason.SUPERSEDED, superseded),
        rowsOfChanges,
        pipeline.clock.now(),
        Anchor.NONE,
        List.of(),
        0);
    pipeline.write(slice, numbers(0, written));
    reject(slice, numbers(written, written + withoutKey), OptionAtFault.KEY_COLUMN);
    reject(slice, numbers(written + withoutKey, changes), OptionAtFault.VECTOR_COLUMN);
    LedgerView view = pipeline.ledger.view();
    RejectTally tally =
        RejectTally.of(
            PlanOutcomes.of(
                pipeline.ledger.store(),
                view,
                Names.ClaimName.parse(slice.lease().attempt()).attempt().plan()));
    pipeline.raiseGeneration();
    Ledger ledger = pipeline.ledger();
    ledger.restart(Cursor.changesFrom(pipeline.commits), true, OutcomeTotals.NONE);
    return tally;
  }

  @Test
  void vectorOfAnotherLengthAmongTheFirstTenRowsStopsAtAnyNumber() {
    rows(100);
    ClaimedSlice slice = slice(100);
    reject(slice, numbers(9, 10), OptionAtFault.DIMENSION);
    pipeline.write(slice, numbers(0, 9));
    pipeline.write(slice, numbers(10, 100));
    assertEquals(Optional.empty(), coordinator.poll());
    String message = expectHalt(0);
    assertTrue(message.contains("key 'k9': it holds 16 components"), message);
    assertTrue(message.contains("--dimension"), message);
  }

  @Test
  void laterOneIsLeftOut() {
    rows(10);
    finish(10, 0);
    ClaimedSlice slice = slice(10);
    reject(slice, numbers(0, 1), OptionAtFault.DIMENSION);
    pipeline.write(slice, numbers(1, 10));
    assertEquals(Optional.empty(), coordinator.poll());
    expectDone(2);
  }

  @Test
  void ratioOfOneLeavesOutWhatever() {
    SliceLimits limits = new SliceLimits(200, Pipeline.LEASE, Pipeline.SETTLE, 1);
    coordinator = pipeline.coordinator(limits);
    ClaimedSlice slice = slice(200);
    reject(slice, numbers(0, 200), OptionAtFault.DIMENSION);
    assertEquals(Optional.empty(), coordinator.poll());
    expectDone(1);
  }

  @Test
  void whatIsRememberedOfSmallSlicesStaysSmall() {
    RecentRejects recent = RecentRejects.NONE;
    for (int i = 0; i < 5_000; i++) {
      recent = recent.after("p", new RejectTally(1, i % 2, 1, i % 2), List.of(), i);
      assertTrue(recent.recent().size() <= 12, recent::toString);
    }
    assertEquals(1_000, recent.lastRows().rows());
    assertEquals(0.5, recent.lastRows().share(), 0.01);
  }
}
