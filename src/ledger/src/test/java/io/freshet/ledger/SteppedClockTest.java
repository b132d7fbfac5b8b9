package io.freshet.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wall clocks that are set, and such as are wrong: those of coordinators, workers and owners. */
class SteppedClockTest {
  private static final Duration MOMENT = Duration.ofMillis(1);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Pipeline pipeline = new Pipeline();
  private final SliceCoordinator coordinator = pipeline.coordinator();

  SteppedClockTest() {
    pipeline.commits = 2;
  }

  private void assertHandedOutAfter(Duration wait) {
    assertEquals(Optional.empty(), coordinator.poll());
    pipeline.clock.advance(wait.minus(MOMENT));
    assertEquals(Optional.empty(), coordinator.poll());
    pipeline.clock.advance(MOMENT);
    assertTrue(coordinator.poll().isPresent());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-PT2H", "-PT1S", "PT2H"})
  void unclaimedAttemptIsEmittedAgainAfterTenSeconds(Duration step) {
    assertTrue(coordinator.poll().isPresent());
    pipeline.clock.step(step);
    assertHandedOutAfter(Duration.ofSeconds(10));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-PT2H", "PT2H"})
  void coordinatorThatFindsAnUnclaimedAttemptWaitsNoLongerThanTheOneBefore(Duration step) {
    assertTrue(coordinator.poll().isPresent());
    pipeline.clock.step(Duration.ofHours(-2));
    SliceCoordinator anew = pipeline.coordinator();
    assertEquals(Optional.empty(), anew.poll());
    pipeline.clock.step(step);
    pipeline.clock.advance(Duration.ofSeconds(10));
    assertTrue(anew.poll().isPresent());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-PT2H", "-PT1S", "PT2H"})
  void pauseAfterAFailureIsAsLongAsEver(Duration step) {
    ClaimedSlice claimed = pipeline.read(coordinator.poll().orElseThrow());
    pipeline.clock.step(step);
    pipeline.abandon(claimed, Pipeline.due(claimed), FailureCategory.MILVUS_UNAVAILABLE);
    assertHandedOutAfter(PAUSE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-PT2H", "-PT1S", "PT2H"})
  void nextAttemptFollowsAtTheEndOfTheLease(Duration step) {
    pipeline.read(coordinator.poll().orElseThrow());
    assertEquals(Optional.empty(), coordinator.poll());
    pipeline.clock.step(step);
    assertHandedOutAfter(Pipeline.LEASE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-PT2H", "-PT1S", "PT2H"})
  void laterSliceWaitsForLeaseAndSettleNeitherMoreNorLess(Duration step) {
    pipeline.read(coordinator.poll().orElseThrow());
    assertEquals(Optional.empty(), coordinator.poll());
    pipeline.clock.advance(Pipeline.LEASE);
    pipeline.write(coordinator.poll().orElseThrow());
    pipeline.clock.step(step);
    assertHandedOutAfter(Pipeline.SETTLE);
  }

  @Test
  void claimOfBeforeTheStartOutlastsAClockThatIsSetForthAfterIt() {
    pipeline.read(coordinator.poll().orElseThrow());
    pipeline.raiseGeneration();
    SliceCoordinator next = pipeline.coordinator("other options");
    assertEquals(Optional.empty(), next.poll());
    pipeline.clock.step(Duration.ofHours(1));
    pipeline.clock.advance(Pipeline.LEASE.plus(Pipeline.SETTLE).minus(MOMENT));
    assertEquals(Optional.empty(), next.poll());
    pipeline.clock.advance(MOMENT);
    assertTrue(next.poll().isPresent());
  }

  @Test
  void claimOfLongBeforeTheStartIsWaitedForNoMore() {
    pipeline.read(coordinator.poll().orElseThrow());
    pipeline.clock.advance(Pipeline.LEASE.plus(Pipeline.SETTLE));
    pipeline.raiseGeneration();
    assertTrue(pipeline.coordinator("other options").poll().isPresent());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-PT2H", "PT2H"})
  void startWaitsNoLongerThanLeaseAndSettleWhateverTheClocksSay(Duration step) {
    pipeline.read(coordinator.poll().orElseThrow());
    pipeline.clock.advance(Pipeline.LEASE);
    pipeline.clock.step(Duration.ofHours(-3));
    pipeline.raiseGeneration();
    SliceCoordinator next = pipeline.coordinator("other options");
    assertEquals(Optional.empty(), next.poll());
    pipeline.clock.step(step);
    pipeline.clock.advance(Pipeline.LEASE.plus(Pipeline.SETTLE));
    assertTrue(next.poll().isPresent());
  }

  @Test
  void workerWhoseClockIsBehindKeepsItsLease() {
    String attempt = coordinator.poll().orElseThrow();
    assertTrue(pipeline.ledger(Duration.ofHours(-1)).claims().claim(attempt).isPresent());
    assertEquals(Optional.empty(), coordinator.poll());
    assertHandedOutAfter(Pipeline.LEASE);
  }

  @Test
  void workerWhoseClockIsAheadDoesNotHoldThePipelineUp() {
    String attempt = coordinator.poll().orElseThrow();
    assertTrue(pipeline.ledger(Duration.ofHours(1)).claims().claim(attempt).isPresent());
    assertEquals(Optional.empty(), coordinator.poll());
    assertHandedOutAfter(Pipeline.LEASE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-PT1H", "PT1H"})
  void whatAWorkerWithAWrongClockAbandonedSettlesFirst(Duration ahead) {
    Ledger worker = pipeline.ledger(ahead);
    ClaimedSlice first = pipeline.read(coordinator.poll().orElseThrow());
    worker
        .outcomes()
        .record(
            List.of(
                new Outcome.Abandoned(
                    first.lease(),
                    Pipeline.due(first),
                    FailureCategory.MILVUS_UNAVAILABLE,
                    "for the test")));
    assertEquals(Optional.empty(), coordinator.poll());
    pipeline.clock.advance(PAUSE);
    pipeline.write(coordinator.poll().orElseThrow());
    assertHandedOutAfter(Pipeline.SETTLE.minus(PAUSE));
  }

  @Test
  void idleLedgerIsListedOnceASecondThoughTheClockIsSetBack() {
    pipeline.write(coordinator.poll().orElseThrow());
    pipeline.write(coordinator.poll().orElseThrow());
    assertEquals(Optional.empty(), coordinator.poll());
    int before = pipeline.files.listings();
    pipeline.clock.step(Duration.ofHours(-2));
    pipeline.clock.advance(Duration.ofMillis(999));
    assertEquals(Optional.empty(), coordinator.poll());
    assertEquals(before, pipeline.files.listings());
    pipeline.clock.advance(MOMENT);
    assertEquals(Optional.empty(), coordinator.poll());
    assertEquals(before + 1, pipeline.files.listings());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-PT2H", "PT2H"})
  void whatASliceTookIsToldByTheMonotonicClock(Duration step) {
    ClaimedSlice claimed = pipeline.read(coordinator.poll().orElseThrow());
    pipeline.clock.advance(Duration.ofSeconds(2));
    pipeline.clock.step(step);
    pipeline.write(claimed, Pipeline.due(claimed));
    assertTrue(coordinator.poll().isPresent());
    assertEquals(Duration.ofSeconds(2), pipeline.ledger.status().lastTook());
    LedgerStatus.InFlight next = pipeline.ledger.status().inFlight().orElseThrow();
    pipeline.clock.step(Duration.ofDays(-1));
    assertFalse(next.age().isNegative());
    assertEquals(Duration.ZERO, pipeline.ledger.status().inFlight().orElseThrow().age());
  }

  @Test
  void livingOwnerWhoseClockIsBehindIsWatchedBeforeItsLedgerIsTaken() {
    // Its sign of life seems to be three minutes old.
    String beat = "heartbeat_" + pipeline.generation() + "_000000000001";
    pipeline
        .ledger
        .store()
        .write(
            beat,
            new Contents.Heartbeat(
                new HostProcess("elsewhere", "another boot", 7, 7),
                pipeline.clock.now().minusSeconds(180).toEpochMilli()));
    long before = pipeline.clock.nanos();
    Ownership.take(pipeline.ledger(), Duration.ofHours(1), Duration.ofSeconds(10)).close();
    assertTrue(
        pipeline.clock.nanos() - before >= Duration.ofSeconds(10).toNanos(), "it was not watched");
  }
}
