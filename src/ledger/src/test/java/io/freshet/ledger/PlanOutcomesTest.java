package io.freshet.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.Lease;
import io.freshet.changes.Outcome;
import io.freshet.changes.Position;
import io.freshet.changes.SkipReason;
import io.freshet.ledger.Names.AttemptName;
import io.freshet.ledger.Names.ClaimName;
import io.freshet.ledger.Names.PlanName;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlanOutcomesTest {
  private final AdjustableClock clock = new AdjustableClock();
  private final Ledger ledger = new Ledger(MemoryFileSystem.calm().store(), clock);
  private final String generation = Names.generation(1);
  private final PlanName plan = PlanName.create(1, 0, generation);

  private Lease claim(PlanName of, int attempt, int changes) {
    ClaimName claim = ClaimName.create(AttemptName.create(of, attempt, generation));
    ledger
        .store()
        .write(
            claim.manifestFile(),
            new Contents.Manifest(
                changes + 1L, Map.of("superseded", 1L), changes, changes, 0, Position.startOf(1)));
    return new Lease(claim.text(), clock.now());
  }

  private void record(Outcome... outcomes) {
    ledger.outcomes().record(List.of(outcomes));
  }

  private PlanOutcomes outcomes() {
    return PlanOutcomes.of(ledger.store(), ledger.view(), plan);
  }

  @Test
  void outcomesOfAllAttemptsAreUnited() {
    record(new Outcome.Written(claim(plan, 1, 3), List.of(0)));
    assertFalse(outcomes().isComplete());
    Lease second = claim(plan, 2, 3);
    record(new Outcome.Deleted(second, List.of(1)));
    record(new Outcome.Skipped(second, List.of(2), SkipReason.REFUSED, "no"));
    assertTrue(outcomes().isComplete());
    assertEquals(
        new OutcomeTotals(1, 1, Map.of("superseded", 1L, "refused", 1L)), outcomes().totals());
  }

  @Test
  void writtenBeatsSkipped() {
    record(new Outcome.Skipped(claim(plan, 1, 1), List.of(0), SkipReason.REFUSED, "no"));
    record(new Outcome.Written(claim(plan, 2, 1), List.of(0)));
    assertEquals(new OutcomeTotals(1, 0, Map.of("superseded", 1L)), outcomes().totals());
    assertEquals(0, outcomes().repeated());
  }

  @Test
  void changeThatWasWrittenTwiceCountsOnceAndIsSaidToBeRepeated() {
    record(new Outcome.Written(claim(plan, 1, 2), List.of(0, 1)));
    record(new Outcome.Written(claim(plan, 2, 2), List.of(1)));
    assertEquals(2, outcomes().totals().written());
    assertEquals(1, outcomes().repeated());
  }

  @Test
  void abandonedChangesHaveNoOutcome() {
    record(
        new Outcome.Abandoned(
            claim(plan, 1, 1), List.of(0), FailureCategory.MILVUS_UNAVAILABLE, ""));
    assertFalse(outcomes().isComplete());
    assertEquals(0, outcomes().settled().cardinality());
  }

  @Test
  void outcomesOfAnotherPlanDoNotCount() {
    claim(plan, 1, 1);
    record(new Outcome.Written(claim(PlanName.create(1, 1, generation), 1, 1), List.of(0)));
    assertFalse(outcomes().isComplete());
  }

  @Test
  void nothingIsCompleteWithoutAManifest() {
    ClaimName claim = ClaimName.create(AttemptName.create(plan, 1, generation));
    record(new Outcome.Written(new Lease(claim.text(), clock.now()), List.of(0)));
    assertFalse(outcomes().isComplete());
  }

  @Test
  void sliceWithoutChangesIsCompleteOnceItIsRead() {
    claim(plan, 1, 0);
    assertTrue(outcomes().isComplete());
  }
}
