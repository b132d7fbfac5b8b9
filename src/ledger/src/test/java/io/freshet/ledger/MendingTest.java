package io.freshet.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.Lease;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class MendingTest {
  private static final Duration LEASE = Duration.ofSeconds(5);

  private final Pipeline pipeline = new Pipeline();

  @Test
  void whoComesAfterARepairThatWasKilledWaitsForItsLeaseAndTheSettleTime() {
    Lease lease = mending().renew();
    pipeline.raiseGeneration();
    SliceCoordinator coordinator = pipeline.coordinator();

    assertEquals(Optional.empty(), coordinator.poll());
    pipeline.clock.advance(LEASE.plus(Pipeline.SETTLE).minusMillis(1));
    assertEquals(Optional.empty(), coordinator.poll(), "bytes may be on their way");
    assertTrue(lease.isOver(pipeline.clock.now()));
    pipeline.clock.advance(Duration.ofMillis(1));
    assertTrue(coordinator.poll().isPresent());
  }

  @Test
  void anotherRepairWaitsAsAPipelineDoes() {
    Lease unused = mending().renew();

    ClaimEnds ends = new ClaimEnds(pipeline.ledger, Pipeline.SETTLE);
    assertFalse(pipeline.ledger.view().claims().stream().allMatch(ends::isOver));
    pipeline.clock.advance(LEASE.plus(Pipeline.SETTLE));
    assertTrue(pipeline.ledger.view().claims().stream().allMatch(ends::isOver));
  }

  @Test
  void nobodyWaitsForARepairAllOfWhoseRequestsWereAcknowledged() {
    try (Mending mending = mending()) {
      for (int batch = 0; batch < 3; batch++) {
        Lease unused = mending.renew();
        assertEquals(1, pipeline.ledger.view().claims().size(), "one claim, however many batches");
        mending.answered();
      }
    }
    pipeline.raiseGeneration();

    assertTrue(pipeline.coordinator().poll().isPresent());
  }

  @Test
  void whatWasGivenUpMayStillArriveThoughItWasAcknowledgedTheNextTime() {
    try (Mending mending = mending()) {
      Lease givenUp = mending.renew();
      Lease unused = mending.renew();
      mending.answered();
      assertFalse(givenUp.isOver(pipeline.clock.now()));
    }
    pipeline.raiseGeneration();
    SliceCoordinator coordinator = pipeline.coordinator();

    assertEquals(Optional.empty(), coordinator.poll());
    pipeline.clock.advance(LEASE.plus(Pipeline.SETTLE));
    assertTrue(coordinator.poll().isPresent());
  }

  @Test
  void whoOwnsTheLedgerNoMoreMayNotWrite() {
    Mending mending = mending();
    Lease unused = mending.renew();
    pipeline.raiseGeneration();

    FreshetException refused = assertThrows(FreshetException.class, mending::renew);
    assertEquals(FailureCategory.LEDGER_IN_USE, refused.category());
  }

  @Test
  void claimsOfARepairAreFoldedAwayWithTheSlices() {
    pipeline.commits = 3;
    Lease unused = mending().renew();
    pipeline.clock.advance(LEASE.plus(Pipeline.SETTLE));
    SliceCoordinator coordinator = pipeline.coordinator();
    for (int slice = 0; slice < 3; slice++) {
      pipeline.write(coordinator.poll().orElseThrow());
    }
    assertEquals(Optional.empty(), coordinator.poll());

    assertEquals(
        List.of(),
        pipeline.ledger.view().claims().stream()
            .filter(claim -> claim.name().attempt().plan().slice() == 0)
            .toList());
  }

  @Test
  void onlyTheLastCollectionThatWasMadeIsTheLedgersOwn() {
    Ledger ledger = pipeline.ledger;
    assertFalse(ledger.isCollectionMade(Optional.empty()));
    ledger.store().write("made_0123456789", new Contents.Note(1));
    assertTrue(ledger.isCollectionMade(Optional.empty()), "as an older version recorded it");

    String first = Nonce.next();
    assertFalse(ledger.isCollectionMade(Optional.of(first)));
    ledger.recordCollectionMade(first);
    assertTrue(ledger.isCollectionMade(Optional.of(first)));
    assertFalse(ledger.isCollectionMade(Optional.empty()), "made elsewhere, and adopted");

    String second = Nonce.next();
    ledger.recordCollectionMade(second);
    ledger.recordCollectionMade(second);
    assertTrue(ledger.isCollectionMade(Optional.of(second)));
    assertFalse(ledger.isCollectionMade(Optional.of(first)));
  }

  private Mending mending() {
    return new Mending(pipeline.ledger, pipeline.generation(), LEASE);
  }
}
