package io.freshet.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LedgerSilenceTest {
  private final Pipeline pipeline = new Pipeline();

  private Duration longest() {
    return LedgerSilence.longest(pipeline.ledger, Pipeline.SETTLE);
  }

  @Test
  void nothingIsWaitedForWhereNothingWasEmitted() {
    assertEquals(Duration.ZERO, longest());
  }

  @Test
  void claimedAttemptMayTakeItsLeaseAndSettle() {
    pipeline.claim(pipeline.coordinator().poll().orElseThrow());
    assertEquals(Pipeline.LEASE.plus(Pipeline.SETTLE), longest());
  }

  @Test
  void unclaimedAttemptMayWaitInAQueueBeside() {
    assertTrue(pipeline.coordinator().poll().isPresent());
    assertEquals(Pipeline.LEASE.plus(Pipeline.SETTLE).plus(Duration.ofSeconds(10)), longest());
  }

  @Test
  void leaseInForceCountsNotTheOneThatWasAskedFor() {
    SliceCoordinator coordinator = pipeline.coordinator();
    for (int lapse = 0; lapse < 2; lapse++) {
      pipeline.claim(coordinator.poll().orElseThrow());
      pipeline.clock.advance(Pipeline.LEASE.multipliedBy(2));
    }
    pipeline.claim(coordinator.poll().orElseThrow());
    assertTrue(
        longest().compareTo(Pipeline.LEASE.multipliedBy(4).plus(Pipeline.SETTLE)) >= 0,
        longest()::toString);
  }

  @Test
  void attemptsThatFailDoNotAddUp() {
    SliceCoordinator coordinator = pipeline.coordinator();
    for (int time = 0; time < 5; time++) {
      ClaimedSlice claimed = pipeline.read(coordinator.poll().orElseThrow());
      pipeline.abandon(claimed, Pipeline.due(claimed), FailureCategory.MILVUS_UNAVAILABLE);
      pipeline.clock.advance(Duration.ofMinutes(1));
    }
    assertEquals(Pipeline.LEASE.plus(Pipeline.SETTLE), longest());
  }
}
