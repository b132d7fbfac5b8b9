package io.freshet.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.Position;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LedgerRestartTest {
  private static final OutcomeTotals MENDED = new OutcomeTotals(3, 2, Map.of());

  private final Pipeline pipeline = new Pipeline();

  @Test
  void progressGoesOnElsewhereAndTotalsAreKept() {
    pipeline.commits = 3;
    SliceCoordinator coordinator = pipeline.coordinator();
    pipeline.write(coordinator.poll().orElseThrow());
    assertTrue(coordinator.poll().isPresent(), "records the first as done");

    pipeline.ledger.restart(Cursor.changesFrom(8), true, MENDED);

    assertEquals(Optional.of(Cursor.changesFrom(8)), pipeline.ledger.cursor());
    assertEquals(new OutcomeTotals(13, 2, Map.of()), pipeline.ledger.status().totals());
    assertEquals(Optional.of(Cursor.changesFrom(8)), pipeline.ledger.beginning());
    LedgerRestart restart = pipeline.ledger.lastRestart().orElseThrow();
    assertEquals(1, restart.from());
    assertEquals(1, restart.count());
    assertTrue(restart.compared());
  }

  @Test
  void restartIsRememberedByTheSlicesThatFollow() {
    pipeline.ledger.restart(Cursor.snapshotAt(4), false, OutcomeTotals.NONE);
    pipeline.ledger.restart(Cursor.changesFrom(1), true, MENDED);
    pipeline.commits = 3;
    SliceCoordinator coordinator = pipeline.coordinator();
    pipeline.write(coordinator.poll().orElseThrow());
    pipeline.write(coordinator.poll().orElseThrow());
    assertEquals(Optional.empty(), coordinator.poll());

    assertEquals(Optional.of(Cursor.changesFrom(3)), pipeline.ledger.cursor());
    assertEquals(2, pipeline.ledger.lastRestart().orElseThrow().count());
    assertEquals(Optional.of(Cursor.changesFrom(1)), pipeline.ledger.beginning());
  }

  @Test
  void coordinatorThatSleptMeanwhileDoesNotMoveTheCursorBack() {
    pipeline.commits = 3;
    SliceCoordinator sleeping = pipeline.coordinator();
    ClaimedSlice slice = pipeline.read(sleeping.poll().orElseThrow());
    pipeline.write(slice, Pipeline.due(slice));
    LastDone before = pipeline.ledger.standing().last();

    pipeline.ledger.restart(Cursor.changesFrom(0), true, MENDED);
    // What it would write now, had it looked before.
    pipeline
        .ledger
        .store()
        .write(
            Names.doneFile(before.slice() + 1),
            new Contents.Done(
                Cursor.changesFrom(1),
                OutcomeTotals.NONE,
                0,
                10,
                10,
                1,
                1,
                0,
                0,
                Contents.Restart.NONE,
                1));

    assertEquals(Optional.of(Cursor.changesFrom(0)), pipeline.ledger.cursor());
  }

  @Test
  void whatOldSlicesReachedDoesNotStretchTheNewOnes() {
    pipeline.commits = 9;
    pipeline.rowsOfSlice = 5 * Pipeline.ROWS;
    pipeline.read(pipeline.coordinator().poll().orElseThrow());
    pipeline.clock.advance(Pipeline.LEASE.plus(Pipeline.SETTLE));

    pipeline.ledger.restart(Cursor.changesFrom(0), false, OutcomeTotals.NONE);
    pipeline.rowsOfSlice = Pipeline.ROWS;
    ClaimedSlice first = pipeline.claim(pipeline.coordinator().poll().orElseThrow());

    assertEquals(Position.startOf(1), first.slice().to());
    assertEquals(
        List.of(3L),
        pipeline.ledger.view().attempts().stream().map(name -> name.plan().slice()).toList());
  }

  /** Ends a process in the middle of whatever it does. */
  @SuppressWarnings("serial")
  private static final class Kill extends Error {}

  @Test
  void restartThatIsCutOffAnywhereLeavesSlicesAsSmallAsEver() {
    boolean ended = false;
    int cuts = 0;
    for (int operations = 1; !ended; operations++) {
      Pipeline cut = new Pipeline();
      cut.commits = 1_000;
      cut.rowsOfSlice = 1_000 * Pipeline.ROWS;
      cut.write(cut.read(cut.coordinator().poll().orElseThrow()), List.of(0, 1));
      cut.clock.advance(Pipeline.LEASE.plus(Pipeline.SETTLE));
      ended = !restartIsCutOff(cut, operations);
      cuts += ended ? 0 : 1;
      if (cut.ledger().lastRestart().isEmpty()) {
        cut.ledger().restart(Cursor.changesFrom(0), false, OutcomeTotals.NONE);
      }
      assertSmallSlices(cut);
    }
    assertTrue(cuts > 10, cuts + " cuts");
  }

  private static boolean restartIsCutOff(Pipeline pipeline, int operations) {
    pipeline.files.interrupt(
        operations,
        () -> {
          throw new Kill();
        });
    try {
      pipeline.ledger().restart(Cursor.changesFrom(0), false, OutcomeTotals.NONE);
      pipeline.files.interrupt(0, () -> {});
      return false;
    } catch (Kill e) {
      return true;
    }
  }

  private static void assertSmallSlices(Pipeline pipeline) {
    pipeline.rowsOfSlice = Pipeline.ROWS;
    pipeline.raiseGeneration();
    SliceCoordinator coordinator = pipeline.coordinator();
    assertEquals(Optional.of(Position.startOf(0)), pipeline.ledger().reach());
    for (int i = 1; i <= 3; i++) {
      ClaimedSlice slice = pipeline.write(coordinator.poll().orElseThrow());
      assertEquals(Position.startOf(i), slice.slice().to());
    }
    assertTrue(pipeline.files.files().size() < 16, pipeline.files.files().size() + " files");
  }

  @Test
  void restartOfAnOlderVersionThatWasCutOffIsUnderstood() {
    pipeline.commits = 9;
    pipeline.rowsOfSlice = 9 * Pipeline.ROWS;
    pipeline.read(pipeline.coordinator().poll().orElseThrow());
    pipeline.clock.advance(Pipeline.LEASE.plus(Pipeline.SETTLE));
    pipeline
        .files
        .store()
        .write(
            Names.doneFile(2),
            Map.of(
                "cursor",
                Map.of("snapshot", false, "position", Position.startOf(0)),
                "totals",
                OutcomeTotals.NONE,
                "rowLimit",
                10,
                "restart",
                Map.of("beginning", Cursor.changesFrom(0), "count", 1)));
    pipeline.rowsOfSlice = Pipeline.ROWS;
    ClaimedSlice first = pipeline.claim(pipeline.coordinator().poll().orElseThrow());
    assertEquals(Position.startOf(1), first.slice().to());
  }

  @Test
  void recordOfAnOlderVersionHasNoRestart() {
    pipeline
        .files
        .store()
        .write(
            Names.doneFile(7),
            Map.of(
                "cursor",
                Map.of("snapshot", false, "position", Position.startOf(5)),
                "totals",
                OutcomeTotals.NONE,
                "rowLimit",
                10));

    assertEquals(Optional.of(Cursor.changesFrom(5)), pipeline.ledger.cursor());
    assertEquals(Optional.empty(), pipeline.ledger.lastRestart());
    assertEquals(Optional.of(Cursor.changesFrom(0)), pipeline.ledger.beginning());
  }
}
