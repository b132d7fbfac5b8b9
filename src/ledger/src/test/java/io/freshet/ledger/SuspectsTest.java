package io.freshet.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.Position;
import io.freshet.changes.SkipReason;
import io.freshet.changes.Slice;
import io.freshet.ledger.Names.AttemptName;
import io.freshet.ledger.Names.ClaimName;
import io.freshet.ledger.Names.PlanName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What Milvus refuses is tried again later, and blamed only then. */
class SuspectsTest {
  private static final Duration MOMENT = Duration.ofMillis(1);

  private final Pipeline pipeline = new Pipeline();
  private SliceCoordinator coordinator = pipeline.coordinator();

  /** Claims, reads and writes all but these, which are refused. */
  private ClaimedSlice refuse(String attempt, Integer... numbers) {
    ClaimedSlice claimed = pipeline.read(attempt);
    List<Integer> refused = List.of(numbers);
    List<Integer> due = Pipeline.due(claimed);
    pipeline.write(claimed, due.stream().filter(number -> !refused.contains(number)).toList());
    pipeline.abandon(claimed, refused, FailureCategory.ROW_REFUSED);
    assertEquals(Optional.empty(), coordinator.poll());
    return claimed;
  }

  private static List<Integer> suspects(ClaimedSlice claimed) {
    return IntStream.range(0, 2 * Pipeline.ROWS).filter(claimed::isSuspected).boxed().toList();
  }

  /** The attempt that follows in exactly this time. */
  private ClaimedSlice after(Duration wait) {
    assertEquals(Optional.empty(), coordinator.poll());
    pipeline.clock.advance(wait.minus(MOMENT));
    assertEquals(Optional.empty(), coordinator.poll());
    pipeline.clock.advance(MOMENT);
    return pipeline.read(coordinator.poll().orElseThrow());
  }

  @Test
  void refusedChangesAreTriedAgainTenSecondsLater() {
    ClaimedSlice first = refuse(coordinator.poll().orElseThrow(), 3, 7);
    assertEquals(List.of(), suspects(first));

    ClaimedSlice second = after(Duration.ofSeconds(10));

    assertEquals(List.of(3, 7), Pipeline.due(second));
    assertEquals(List.of(3, 7), suspects(second));
  }

  @Test
  void whatAnAttemptHasWaitedForBeforeItWasRefusedSaysNothingOfTheRefusal() {
    ClaimedSlice claimed = pipeline.read(coordinator.poll().orElseThrow());
    assertEquals(Optional.empty(), coordinator.poll());
    // Milvus is away; when it comes back, it gives wrong answers for a moment.
    pipeline.clock.advance(Duration.ofSeconds(28));
    pipeline.write(claimed, List.of(0, 1, 2, 3, 4, 5, 6, 7, 8));
    pipeline.abandon(claimed, List.of(9), FailureCategory.ROW_REFUSED);

    assertEquals(List.of(9), suspects(after(Duration.ofSeconds(10))));
  }

  @Test
  void aLeaseOfLessThanTenSecondsIsAsLongAsItTakes() {
    coordinator = pipeline.coordinator("options", Duration.ofSeconds(4));
    refuse(coordinator.poll().orElseThrow(), 3);

    assertEquals(List.of(3), suspects(after(Duration.ofSeconds(4))));
  }

  @Test
  void blamedChangesAreDoneAndTheNextSliceFollowsAtOnceAfterTheSettling() {
    pipeline.commits = 2;
    refuse(coordinator.poll().orElseThrow(), 3);
    ClaimedSlice second = after(Duration.ofSeconds(10));
    pipeline.skip(second.lease(), List.of(3), SkipReason.REFUSED);

    ClaimedSlice next = pipeline.read(coordinator.poll().orElseThrow());

    assertEquals(Position.startOf(1), next.slice().from());
    assertEquals(List.of(), suspects(next));
    assertEquals(new OutcomeTotals(9, 0, Map.of("refused", 1L)), pipeline.ledger.status().totals());
  }

  @Test
  void whatFailedForAnotherReasonDoesNotWaitForSuspects() {
    ClaimedSlice first = pipeline.read(coordinator.poll().orElseThrow());
    assertEquals(Optional.empty(), coordinator.poll());
    pipeline.write(first, List.of(0, 1, 2));
    pipeline.abandon(first, List.of(3), FailureCategory.ROW_REFUSED);
    pipeline.abandon(first, List.of(4, 5, 6, 7, 8, 9), FailureCategory.MILVUS_UNAVAILABLE);

    ClaimedSlice second = after(Duration.ofMillis(500));
    assertEquals(List.of(3, 4, 5, 6, 7, 8, 9), Pipeline.due(second));
    assertEquals(List.of(), suspects(second));
    pipeline.write(second, List.of(4, 5, 6, 7, 8, 9));
    pipeline.abandon(second, List.of(3), FailureCategory.ROW_REFUSED);

    assertEquals(List.of(3), suspects(after(Duration.ofMillis(9_500))));
  }

  @Test
  void anEnvironmentThatFailsMeanwhileLeavesThemSuspects() {
    refuse(coordinator.poll().orElseThrow(), 3);
    ClaimedSlice second = after(Duration.ofSeconds(10));
    pipeline.abandon(second, List.of(3), FailureCategory.MILVUS_UNAVAILABLE);

    ClaimedSlice third = after(Duration.ofSeconds(1));

    assertEquals(List.of(3), suspects(third));
  }

  @Test
  void waitingNeitherHalvesNorLengthensAnything() {
    ClaimedSlice claimed = refuse(coordinator.poll().orElseThrow(), 3);
    for (int i = 0; i < 20; i++) {
      pipeline.clock.advance(Duration.ofMinutes(1));
      claimed = pipeline.read(coordinator.poll().orElseThrow());
      assertEquals(Pipeline.LEASE, claimed.lease().remaining(pipeline.clock));
      pipeline.abandon(claimed, List.of(3), FailureCategory.ROW_REFUSED);
      assertEquals(Optional.empty(), coordinator.poll(), "not again and again at once");
    }
    assertTrue(pipeline.files.files().size() < 16, pipeline.files.files().keySet().toString());
  }

  @Test
  void aCoordinatorThatIsMadeAnewWaitsOnceMore() {
    refuse(coordinator.poll().orElseThrow(), 3);
    pipeline.clock.advance(Duration.ofSeconds(8));
    coordinator = pipeline.coordinator();
    assertEquals(Optional.empty(), coordinator.poll());

    assertEquals(List.of(3), suspects(after(Duration.ofSeconds(10))));
  }

  @Test
  void theNextPipelineIsToldWhatTheLastOneFoundLongEnoughAgo() {
    refuse(coordinator.poll().orElseThrow(), 3);
    after(Duration.ofSeconds(10));
    pipeline.raiseGeneration();

    ClaimedSlice third = pipeline.read(pipeline.coordinator().poll().orElseThrow());

    assertEquals(List.of(3), suspects(third));
  }

  @Test
  void theNextPipelineFindsOutItselfWhatTheLastOneHadJustFound() {
    refuse(coordinator.poll().orElseThrow(), 3);
    pipeline.raiseGeneration();
    coordinator = pipeline.coordinator();

    ClaimedSlice second = pipeline.read(coordinator.poll().orElseThrow());
    assertEquals(List.of(), suspects(second));
    pipeline.abandon(second, List.of(3), FailureCategory.ROW_REFUSED);

    assertEquals(List.of(3), suspects(after(Duration.ofSeconds(10))));
  }

  @Test
  void otherOptionsAcquit() {
    refuse(coordinator.poll().orElseThrow(), 3);
    pipeline.clock.advance(Duration.ofMinutes(1));

    ClaimedSlice anew = pipeline.read(pipeline.coordinator("other options").poll().orElseThrow());

    assertEquals(List.of(), suspects(anew));
  }

  @Test
  void threeThatAreAllThereIsAreBlamedAndMoreAreNot() {
    // Seven have their outcome without Milvus.
    ClaimedSlice first = pipeline.read(coordinator.poll().orElseThrow());
    assertEquals(Optional.empty(), coordinator.poll());
    pipeline.skip(first.lease(), List.of(0, 1, 2, 3, 4, 5), SkipReason.EMPTY_KEY);
    pipeline.abandon(first, List.of(6, 7, 8, 9), FailureCategory.ROW_REFUSED);

    ClaimedSlice second = after(Duration.ofSeconds(10));
    assertEquals(List.of(), suspects(second));
    pipeline.skip(second.lease(), List.of(6), SkipReason.EMPTY_KEY);
    pipeline.abandon(second, List.of(7, 8, 9), FailureCategory.ROW_REFUSED);

    assertEquals(List.of(7, 8, 9), suspects(pipeline.read(coordinator.poll().orElseThrow())));
  }

  @Test
  void whereAllIsRefusedNobodyIsBlamedUntilSomethingIsTaken() {
    ClaimedSlice claimed = pipeline.read(coordinator.poll().orElseThrow());
    for (int i = 0; i < 10; i++) {
      pipeline.abandon(claimed, Pipeline.due(claimed), FailureCategory.ALL_REFUSED);
      assertEquals(Optional.empty(), coordinator.poll());
      pipeline.clock.advance(Duration.ofSeconds(11));
      claimed = pipeline.read(coordinator.poll().orElseThrow());
      assertEquals(List.of(), suspects(claimed));
      assertEquals(Position.startOf(1), claimed.slice().to());
    }
    pipeline.write(claimed, Pipeline.due(claimed));
    assertEquals(Optional.empty(), coordinator.poll());
    assertEquals(Optional.of(Cursor.changesFrom(1)), pipeline.ledger.cursor());
  }

  @Test
  void whatIsRefusedWholeAfterOthersOfTheSliceWereTakenIsToBlame() {
    ClaimedSlice first = pipeline.read(coordinator.poll().orElseThrow());
    assertEquals(Optional.empty(), coordinator.poll());
    pipeline.write(first, List.of(0, 1, 2, 3, 4));
    // A hiccup just then: which of these are bad is not known yet.
    pipeline.abandon(first, List.of(5, 6, 7, 8, 9), FailureCategory.MILVUS_UNAVAILABLE);

    assertEquals(Optional.empty(), coordinator.poll());
    pipeline.clock.advance(Duration.ofSeconds(1));
    ClaimedSlice second = pipeline.read(coordinator.poll().orElseThrow());
    pipeline.abandon(second, List.of(5, 6, 7, 8, 9), FailureCategory.ALL_REFUSED);

    assertEquals(List.of(5, 6, 7, 8, 9), suspects(after(Duration.ofSeconds(10))));
  }

  @Test
  void whereAllIsRefusedLaterCommitsShowWhoIsToBlame() {
    ClaimedSlice claimed = pipeline.read(coordinator.poll().orElseThrow());
    pipeline.commits = 200;
    List<Integer> bad = Pipeline.due(claimed);
    for (int i = 0; claimed.slice().to().equals(Position.startOf(1)); i++) {
      assertTrue(i < 10, "never any longer");
      pipeline.abandon(claimed, bad, FailureCategory.ALL_REFUSED);
      assertEquals(Optional.empty(), coordinator.poll());
      pipeline.clock.advance(Duration.ofSeconds(11));
      Optional<String> next = coordinator.poll();
      if (next.isEmpty()) {
        pipeline.clock.advance(Pipeline.SETTLE);
        next = coordinator.poll();
      }
      claimed = pipeline.read(next.orElseThrow());
    }
    assertEquals(
        new Slice(false, Position.startOf(0), Position.startOf(100)),
        claimed.slice(),
        "1,000 rows, also where a slice of ten was full");

    assertEquals(Optional.empty(), coordinator.poll());
    pipeline.write(claimed, IntStream.range(10, 1_000).boxed().toList());
    pipeline.abandon(claimed, bad, FailureCategory.ROW_REFUSED);

    assertEquals(bad, suspects(after(Duration.ofSeconds(10))));
  }

  @Test
  void oneRowAtATimeIsMoreAgainAfterItWasRefused() {
    ClaimedSlice claimed = pipeline.read(coordinator.poll().orElseThrow());
    for (int lapse = 0; lapse < 12; lapse++) {
      pipeline.clock.advance(Pipeline.LEASE.multipliedBy(8));
      claimed = pipeline.read(coordinator.poll().orElseThrow());
    }
    assertEquals(List.of(0), Pipeline.due(claimed));
    pipeline.abandon(claimed, List.of(0), FailureCategory.ROW_REFUSED);
    assertEquals(Optional.empty(), coordinator.poll());
    pipeline.clock.advance(Duration.ofSeconds(10));

    ClaimedSlice next = pipeline.read(coordinator.poll().orElseThrow());

    assertEquals(List.of(0, 1), Pipeline.due(next));
    assertFalse(next.isSuspected(0), "nothing has been taken yet");
  }

  @Test
  void filesOfAnOlderVersionNameNoSuspects() {
    LedgerStore store = pipeline.ledger.store();
    String generation = pipeline.generation();
    AttemptName attempt = AttemptName.create(PlanName.create(1, 0, generation), 1, generation);
    String outcomes = ClaimName.create(attempt).outcomesFile();
    store.write(
        outcomes, new OldOutcomes(List.of(0, 1), List.of(), Map.of(), List.of(), List.of(), 7));
    store.write(
        attempt.file(),
        new OldAttempt(
            new Slice(false, Position.startOf(0), Position.startOf(1)), 1, 2, 3, 4, 5, 6, 7, "f"));

    assertEquals(
        new Contents.Outcomes(
            List.of(0, 1), List.of(), Map.of(), List.of(), List.of(), 7, List.of(), List.of()),
        store.read(outcomes, Contents.Outcomes.class).orElseThrow());
    assertEquals(
        List.of(), store.read(attempt.file(), Contents.Attempt.class).orElseThrow().suspects());
  }

  private record OldOutcomes(
      List<Integer> written,
      List<Integer> deleted,
      Map<String, List<Integer>> skipped,
      List<Integer> abandoned,
      List<String> categories,
      long at) {}

  private record OldAttempt(
      Slice slice,
      long since,
      long emittedAt,
      long leaseMillis,
      int lapses,
      int unclaimed,
      long rowLimit,
      int changeLimit,
      String fingerprint) {}
}
