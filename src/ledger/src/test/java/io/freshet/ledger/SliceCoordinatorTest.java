package io.freshet.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.Outcome;
import io.freshet.changes.Position;
import io.freshet.changes.SkipReason;
import io.freshet.changes.Slice;
import io.freshet.ledger.Names.AttemptName;
import io.freshet.ledger.Names.ClaimName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SliceCoordinatorTest {
  private static final Duration MOMENT = Duration.ofMillis(1);

  private final Pipeline pipeline = new Pipeline();
  private final SliceCoordinator coordinator = pipeline.coordinator();

  @Test
  void oneSliceIsHandedOutAtATime() {
    pipeline.commits = 3;
    assertTrue(coordinator.poll().isPresent());
    assertEquals(Optional.empty(), coordinator.poll());
    assertEquals(Optional.empty(), coordinator.poll());
  }

  @Test
  void nextSliceIsHandedOutOnlyWhenAllOutcomesAreThere() {
    pipeline.commits = 2;
    ClaimedSlice first = pipeline.read(coordinator.poll().orElseThrow());
    pipeline.write(first, List.of(0, 1, 2, 3, 4, 5, 6, 7, 8));
    assertEquals(Optional.empty(), coordinator.poll());
    pipeline.write(first, List.of(9));
    ClaimedSlice second = pipeline.claim(coordinator.poll().orElseThrow());
    assertEquals(Position.startOf(1), second.slice().from());
    assertEquals(Optional.of(Cursor.changesFrom(1)), pipeline.ledger.cursor());
  }

  @Test
  void nothingIsHandedOutWhileTheTableHasNothingNew() {
    pipeline.write(coordinator.poll().orElseThrow());
    assertEquals(Optional.empty(), coordinator.poll());
    pipeline.commits = 2;
    assertTrue(coordinator.poll().isPresent());
  }

  @Test
  void ledgerIsListedOnceASecondWhileTheTableHasNothingNew() {
    pipeline.write(coordinator.poll().orElseThrow());
    assertEquals(Optional.empty(), coordinator.poll());
    int before = pipeline.files.listings();
    for (int i = 0; i < 10; i++) {
      pipeline.clock.advance(Duration.ofMillis(99));
      assertEquals(Optional.empty(), coordinator.poll());
    }
    assertEquals(before, pipeline.files.listings());
    pipeline.clock.advance(Duration.ofMillis(10));
    assertEquals(Optional.empty(), coordinator.poll());
    assertEquals(before + 1, pipeline.files.listings());
  }

  @Test
  void coordinatorThatWasIdleSeesThatItsPipelineIsReplaced() {
    pipeline.write(coordinator.poll().orElseThrow());
    assertEquals(Optional.empty(), coordinator.poll());
    pipeline.raiseGeneration();
    pipeline.commits = 2;
    assertEquals(Optional.empty(), coordinator.poll());
  }

  @Test
  void whatIsLeftIsHandedOutAgainAtTheEndOfTheLease() {
    ClaimedSlice first = pipeline.read(coordinator.poll().orElseThrow());
    pipeline.write(first, List.of(0, 1, 2));
    pipeline.clock.advance(Pipeline.LEASE.minus(MOMENT));
    assertEquals(Optional.empty(), coordinator.poll());
    pipeline.clock.advance(MOMENT);
    ClaimedSlice second = pipeline.read(coordinator.poll().orElseThrow());
    assertEquals(List.of(3, 4, 5, 6, 7, 8, 9), Pipeline.due(second));
  }

  @Test
  void whatWasAbandonedIsHandedOutAgainAfterAPause() {
    ClaimedSlice first = pipeline.read(coordinator.poll().orElseThrow());
    pipeline.abandon(first, Pipeline.due(first), FailureCategory.MILVUS_UNAVAILABLE);
    assertEquals(Optional.empty(), coordinator.poll());
    pipeline.clock.advance(Duration.ofMillis(500));
    assertTrue(coordinator.poll().isPresent());
  }

  @Test
  void unclaimedAttemptIsHandedOutAgainAfterTenSecondsThenTwenty() {
    assertTrue(coordinator.poll().isPresent());
    emittedAgainAfter(Duration.ofSeconds(10));
    emittedAgainAfter(Duration.ofSeconds(20));
  }

  @Test
  void nextSliceIsGivenHalfTheTimeToBeClaimedThatTheLastOneNeeded() {
    pipeline.commits = 3;
    assertTrue(coordinator.poll().isPresent());
    emittedAgainAfter(Duration.ofSeconds(10));
    emittedAgainAfter(Duration.ofSeconds(20));
    pipeline.write(emittedAgainAfter(Duration.ofSeconds(40)));
    assertTrue(coordinator.poll().isPresent());
    pipeline.write(emittedAgainAfter(Duration.ofSeconds(40)));
    assertTrue(coordinator.poll().isPresent());
    emittedAgainAfter(Duration.ofSeconds(40));
  }

  /** The attempt that follows one that nobody claims for exactly so long. */
  private String emittedAgainAfter(Duration patience) {
    pipeline.clock.advance(patience.minus(MOMENT));
    assertEquals(Optional.empty(), coordinator.poll());
    pipeline.clock.advance(MOMENT);
    return coordinator.poll().orElseThrow();
  }

  @Test
  void timeToClaimRunsFromTheHandingOut() {
    pipeline.commits = 2;
    freezeOneAndFinish(coordinator);
    assertEquals(Optional.empty(), coordinator.poll());
    pipeline.clock.advance(Pipeline.SETTLE);
    assertTrue(coordinator.poll().isPresent());
    pipeline.clock.advance(Duration.ofSeconds(9));
    assertEquals(Optional.empty(), coordinator.poll());
  }

  /** A worker freezes; at the end of its lease another one writes the slice. */
  private void freezeOneAndFinish(SliceCoordinator by) {
    pipeline.read(by.poll().orElseThrow());
    pipeline.clock.advance(Pipeline.LEASE);
    pipeline.write(by.poll().orElseThrow());
  }

  @Test
  void sameSliceDoesNotWaitForTheBytesOfItsEarlierAttempt() {
    pipeline.read(coordinator.poll().orElseThrow());
    pipeline.clock.advance(Pipeline.LEASE);
    assertTrue(coordinator.poll().isPresent());
  }

  @Test
  void laterSliceWaitsUntilTheLeaseOfAnUnendedClaimIsOverAndSettled() {
    pipeline.commits = 2;
    freezeOneAndFinish(coordinator);
    assertEquals(Optional.empty(), coordinator.poll());
    assertEquals(Optional.of(Cursor.changesFrom(1)), pipeline.ledger.cursor());
    pipeline.clock.advance(Pipeline.SETTLE.minus(MOMENT));
    assertEquals(Optional.empty(), coordinator.poll());
    pipeline.clock.advance(MOMENT);
    assertTrue(coordinator.poll().isPresent());
  }

  @Test
  void laterSliceDoesNotWaitForClaimsThatHaveEnded() {
    pipeline.commits = 2;
    pipeline.write(coordinator.poll().orElseThrow());
    assertTrue(coordinator.poll().isPresent());
  }

  @Test
  void laterSliceWaitsForWhatAFailedRequestMayStillBring() {
    pipeline.commits = 2;
    ClaimedSlice first = pipeline.read(coordinator.poll().orElseThrow());
    pipeline.abandon(first, Pipeline.due(first), FailureCategory.MILVUS_UNAVAILABLE);
    pipeline.clock.advance(Duration.ofSeconds(1));
    pipeline.write(coordinator.poll().orElseThrow());
    assertEquals(Optional.empty(), coordinator.poll());
    pipeline.clock.advance(Pipeline.SETTLE.minusSeconds(1));
    assertTrue(coordinator.poll().isPresent());
  }

  @Test
  void laterSliceWaitsForARequestThatMayArriveAfterItsRepetition() {
    pipeline.commits = 2;
    ClaimedSlice first = pipeline.read(coordinator.poll().orElseThrow());
    pipeline.record(
        new Outcome.Written(first.lease(), Pipeline.due(first)),
        new Outcome.Abandoned(
            first.lease(), List.of(), FailureCategory.MILVUS_UNAVAILABLE, "for the test"));
    assertEquals(Optional.empty(), coordinator.poll());
    assertEquals(1, pipeline.ledger().status().slices());
    pipeline.clock.advance(Pipeline.SETTLE);
    assertTrue(coordinator.poll().isPresent());
  }

  @Test
  void aClaimWhoseWritingFailedHoldsNothingUp() {
    pipeline.commits = 2;
    String attempt = coordinator.poll().orElseThrow();
    ClaimedSlice unused = pipeline.claim(attempt);
    pipeline.files.tear(
        pipeline.files.files().keySet().stream()
            .filter(name -> name.contains("_claim_"))
            .findFirst()
            .orElseThrow());
    pipeline.write(attempt);
    assertTrue(coordinator.poll().isPresent());
  }

  @Test
  void claimOfAKilledProcessShortensTheWaitToSettling() throws Exception {
    pipeline.commits = 2;
    claimAndDie(Writers.THIS_PROCESS);
    pipeline.write(coordinator.poll().orElseThrow());
    assertHandedOutAfter(Pipeline.SETTLE);
  }

  @Test
  void claimOfAKilledProcessIsNotOverWhereOthersMayWriteForIt() throws Exception {
    pipeline.commits = 2;
    claimAndDie(Writers.OTHERS_TOO);
    pipeline.write(coordinator.poll().orElseThrow());
    assertHandedOutAfter(Pipeline.LEASE.plus(Pipeline.SETTLE));
  }

  @Test
  void claimOfAnOlderVersionDoesNotSayWhoWritesForIt() throws Exception {
    pipeline.commits = 2;
    AttemptName attempt = AttemptName.parse(coordinator.poll().orElseThrow());
    String file = ClaimName.create(attempt).claimFile(leaseEnd());
    pipeline
        .ledger
        .store()
        .write(file, Map.of("worker", HostProcessTest.killed(), "at", pipeline.clock.millis()));
    pipeline.write(coordinator.poll().orElseThrow());
    assertHandedOutAfter(Pipeline.LEASE.plus(Pipeline.SETTLE));
  }

  /** A worker claims the slice and is killed. */
  private void claimAndDie(Writers writers) throws Exception {
    AttemptName attempt = AttemptName.parse(coordinator.poll().orElseThrow());
    pipeline
        .ledger
        .store()
        .write(
            ClaimName.create(attempt).claimFile(leaseEnd()),
            new Contents.Claim(
                HostProcessTest.killed(),
                pipeline.clock.millis(),
                Pipeline.LEASE.toMillis(),
                writers));
  }

  private long leaseEnd() {
    return pipeline.clock.now().plus(Pipeline.LEASE).toEpochMilli();
  }

  private void assertHandedOutAfter(Duration wait) {
    assertEquals(Optional.empty(), coordinator.poll());
    pipeline.clock.advance(wait.minus(MOMENT));
    assertEquals(Optional.empty(), coordinator.poll());
    pipeline.clock.advance(MOMENT);
    assertTrue(coordinator.poll().isPresent());
  }

  @Test
  void lapsesWithoutProgressDoubleTheLease() {
    assertEquals(Pipeline.LEASE, leaseAfterLapses(0));
    assertEquals(Pipeline.LEASE.multipliedBy(2), leaseAfterLapses(1));
    assertEquals(Pipeline.LEASE.multipliedBy(4), leaseAfterLapses(1));
  }

  private Duration leaseAfterLapses(int lapses) {
    if (lapses > 0) {
      pipeline.clock.advance(Pipeline.LEASE.multipliedBy(8));
    }
    ClaimedSlice claimed = pipeline.claim(coordinator.poll().orElseThrow());
    return claimed.lease().remaining(pipeline.clock.now());
  }

  @Test
  void sliceThatIsNotReadInThreeLeasesIsCutShorter() {
    pipeline.commits = 4;
    pipeline.rowsOfSlice = 4 * Pipeline.ROWS;
    SliceCoordinator wide = pipeline.coordinator();
    assertEquals(Position.startOf(4), pipeline.claim(wide.poll().orElseThrow()).slice().to());
    lapse(wide, 2);
    pipeline.clock.advance(Pipeline.LEASE.multipliedBy(8));
    assertEquals(Optional.empty(), wide.poll().filter(a -> a.contains("_0000.")));
    assertEquals(
        Position.startOf(2), pipeline.ledger.status().inFlight().orElseThrow().slice().to());
  }

  private void lapse(SliceCoordinator by, int times) {
    for (int i = 0; i < times; i++) {
      pipeline.clock.advance(Pipeline.LEASE.multipliedBy(8));
      pipeline.claim(by.poll().orElseThrow());
    }
  }

  @Test
  void sliceThatWasReadKeepsItsEndAndIsTriedInSmallerPieces() {
    pipeline.read(coordinator.poll().orElseThrow());
    lapse(coordinator, 2);
    pipeline.clock.advance(Pipeline.LEASE.multipliedBy(8));
    ClaimedSlice half = pipeline.read(coordinator.poll().orElseThrow());
    assertEquals(Position.startOf(1), half.slice().to());
    assertEquals(List.of(0, 1, 2, 3, 4), Pipeline.due(half));
    pipeline.write(half, Pipeline.due(half));
    ClaimedSlice rest = pipeline.read(coordinator.poll().orElseThrow());
    assertEquals(List.of(5, 6, 7, 8, 9), Pipeline.due(rest));
  }

  @Test
  void failuresOfTheEnvironmentNeitherHalveNorLengthenAnything() {
    for (int i = 0; i < 10; i++) {
      ClaimedSlice claimed = pipeline.read(coordinator.poll().orElseThrow());
      assertEquals(Pipeline.LEASE, claimed.lease().remaining(pipeline.clock.now()));
      assertEquals(Pipeline.ROWS, Pipeline.due(claimed).size());
      pipeline.abandon(claimed, Pipeline.due(claimed), FailureCategory.MILVUS_UNAVAILABLE);
      pipeline.clock.advance(Duration.ofMinutes(1));
    }
  }

  @Test
  void otherOptionsVoidTheOutcomesButKeepTheEndOfTheSliceAndWait() {
    ClaimedSlice old = pipeline.read(coordinator.poll().orElseThrow());
    pipeline.write(old, List.of(0, 1, 2));
    pipeline.commits = 5;
    pipeline.raiseGeneration();
    SliceCoordinator other = pipeline.coordinator("other options");
    assertEquals(Optional.empty(), other.poll());
    pipeline.clock.advance(Pipeline.LEASE.plus(Pipeline.SETTLE));
    ClaimedSlice anew = pipeline.read(other.poll().orElseThrow());
    assertEquals(Pipeline.ROWS, Pipeline.due(anew).size());
    assertEquals(old.slice(), anew.slice());
  }

  @Test
  void sliceThatEndsBeforeWhatMayBeWrittenIsMadeLonger() {
    pipeline.commits = 3;
    pipeline.rowsOfSlice = 3 * Pipeline.ROWS;
    ClaimedSlice wide = pipeline.read(pipeline.coordinator().poll().orElseThrow());
    // A coordinator that slept since the table had one commit now writes what it planned then.
    AttemptName late =
        AttemptName.create(
            Names.PlanName.create(1, 1, pipeline.generation()), 1, pipeline.generation());
    pipeline
        .ledger
        .store()
        .write(
            late.file(),
            Contents.Attempt.first(
                new PlannedSlice(new Slice(false, Position.startOf(0), Position.startOf(1)), ""),
                pipeline.clock.millis(),
                Pipeline.LEASE,
                0,
                Pipeline.ROWS,
                "options"));
    pipeline.clock.advance(Pipeline.LEASE.plus(Pipeline.SETTLE));
    ClaimedSlice next = pipeline.claim(coordinator.poll().orElseThrow());
    assertEquals(wide.slice(), next.slice());
  }

  @Test
  void nothingIsHandedOutAfterAStopButTheSliceInFlightEnds() {
    pipeline.commits = 2;
    String attempt = coordinator.poll().orElseThrow();
    pipeline.ledger.store().write("stop_" + pipeline.generation(), new Contents.Note(0));
    pipeline.write(attempt);
    assertEquals(Optional.empty(), coordinator.poll());
    assertEquals(Optional.of(Cursor.changesFrom(1)), pipeline.ledger.cursor());
    assertEquals(Optional.empty(), coordinator.poll());
  }

  @Test
  void nothingIsHandedOutAfterAHalt() {
    pipeline.commits = 2;
    ClaimedSlice claimed = pipeline.claim(coordinator.poll().orElseThrow());
    claimed.giveUp(FailureCategory.CORRUPT_FILE, "A file is corrupt");
    pipeline.clock.advance(Duration.ofDays(1));
    assertEquals(Optional.empty(), coordinator.poll());
  }

  @Test
  void tornHaltIsNone() {
    ClaimedSlice claimed = pipeline.claim(coordinator.poll().orElseThrow());
    claimed.giveUp(FailureCategory.CORRUPT_FILE, "A file is corrupt");
    pipeline.files.files().keySet().stream()
        .filter(name -> name.startsWith("halt_"))
        .forEach(pipeline.files::tear);
    pipeline.clock.advance(Duration.ofDays(1));
    assertTrue(pipeline.coordinator().poll().isPresent());
  }

  @Test
  void coordinatorThatIsMadeAnewGoesOnWhereTheOldOneWas() {
    pipeline.commits = 2;
    ClaimedSlice claimed = pipeline.read(coordinator.poll().orElseThrow());
    assertEquals(Optional.empty(), pipeline.coordinator().poll());
    pipeline.write(claimed, Pipeline.due(claimed));
    assertTrue(pipeline.coordinator().poll().isPresent());
    assertEquals(Optional.of(Cursor.changesFrom(1)), pipeline.ledger.cursor());
  }

  @Test
  void coordinatorMadeAnewEmitsAgainWhatTheOldOneNeverHandedOut() {
    pipeline.commits = 2;
    freezeOneAndFinish(coordinator);
    assertEquals(Optional.empty(), coordinator.poll());
    SliceCoordinator anew = pipeline.coordinator();
    pipeline.clock.advance(Duration.ofSeconds(10));
    assertTrue(anew.poll().isPresent());
  }

  @Test
  void twoCoordinatorsHandOutOneSliceAndCountItOnce() {
    SliceCoordinator other = pipeline.coordinator();
    String attempt = coordinator.poll().orElseThrow();
    assertEquals(Optional.empty(), other.poll());
    pipeline.write(attempt);
    assertEquals(Optional.empty(), coordinator.poll());
    assertEquals(Optional.empty(), other.poll());
    assertEquals(Pipeline.ROWS, pipeline.ledger.status().totals().total());
  }

  @Test
  void coordinatorOfAnOlderGenerationHandsOutNothing() {
    pipeline.raiseGeneration();
    assertEquals(Optional.empty(), coordinator.poll());
  }

  @Test
  void nothingIsHandedOutOnceAnotherHasTakenTheLedgerMeanwhile() {
    int taken = 0;
    for (int operations = 4; operations < 20; operations++) {
      Pipeline other = new Pipeline();
      SliceCoordinator frozen = other.coordinator();
      Runnable unlessEmitted =
          () -> {
            if (other.files.files().keySet().stream().noneMatch(f -> f.endsWith("_attempt"))) {
              other.raiseGeneration();
            }
          };
      // The first three list the folder.
      other.files.interrupt(operations, unlessEmitted);
      Optional<String> handedOut = frozen.poll();
      if (Names.generationNumber(other.generation()) == 2) {
        taken++;
        assertEquals(Optional.empty(), handedOut, "before operation " + operations);
      }
    }
    assertTrue(taken > 0);
  }

  @Test
  void recordBeforeTheLastStaysForWhoFindsTheLastTorn() {
    pipeline.commits = 3;
    for (Optional<String> next = coordinator.poll(); next.isPresent(); next = coordinator.poll()) {
      pipeline.write(next.get());
    }
    List<String> records =
        pipeline.files.files().keySet().stream().filter(Names::isDoneFile).sorted().toList();
    assertEquals(2, records.size(), records.toString());
    pipeline.files.tear(records.get(1));
    assertEquals(Optional.of(Cursor.changesFrom(2)), pipeline.ledger().cursor());
  }

  @Test
  void nextGenerationTakesOverAtOnceAndOnlyWhatIsLeft() {
    ClaimedSlice first = pipeline.read(coordinator.poll().orElseThrow());
    pipeline.write(first, List.of(0, 1, 2));
    pipeline.raiseGeneration();
    ClaimedSlice second = pipeline.read(pipeline.coordinator().poll().orElseThrow());
    assertEquals(List.of(3, 4, 5, 6, 7, 8, 9), Pipeline.due(second));
  }

  @Test
  void tornAttemptIsReplaced() {
    String attempt = coordinator.poll().orElseThrow();
    pipeline.files.tear(attempt + "_attempt");
    assertTrue(pipeline.coordinator().poll().isPresent());
  }

  @Test
  void diskThatIsFullForAnHourIsFilledNeitherWithFilesNorWithNumbers() {
    pipeline.commits = 2;
    pipeline.write(coordinator.poll().orElseThrow());
    Set<String> before = Set.copyOf(pipeline.files.files().keySet());
    pipeline.files.fillUp(true);
    int failures = 0;
    for (int i = 0; i < 5 * 3_600; i++) {
      try {
        assertEquals(Optional.empty(), coordinator.poll());
      } catch (FreshetException e) {
        assertEquals(FailureCategory.STORAGE_UNAVAILABLE, e.category());
        failures++;
      }
      pipeline.clock.advance(Duration.ofMillis(200));
    }
    assertTrue(failures < 3_600 / 10 + 10, failures + " tries");
    assertEquals(before, pipeline.files.files().keySet());
    pipeline.files.fillUp(false);
    pipeline.clock.advance(Duration.ofSeconds(10));
    pipeline.write(coordinator.poll().orElseThrow());
    assertEquals(Optional.empty(), coordinator.poll());
    assertEquals(Optional.of(Cursor.changesFrom(2)), pipeline.ledger.cursor());
  }

  @Test
  void tornAttemptsBurnNoNumbers() {
    for (int i = 0; i < 50; i++) {
      String attempt = pipeline.coordinator().poll().orElseThrow();
      assertEquals(0, AttemptName.parse(attempt).plan().revision());
      pipeline.files.tear(attempt + "_attempt");
    }
    pipeline.write(pipeline.coordinator().poll().orElseThrow());
  }

  @Test
  void plansBeyondNineThousandNineHundredAndNinetyNineAreSeen() {
    String attempt = coordinator.poll().orElseThrow();
    byte[] whole = pipeline.files.files().remove(attempt + "_attempt");
    for (int revision : List.of(9_998, 9_999)) {
      Names.PlanName plan = Names.PlanName.create(1, revision, pipeline.generation());
      AttemptName late = AttemptName.create(plan, 1, pipeline.generation());
      pipeline.files.files().put(late.file(), whole);
    }
    SliceCoordinator other = pipeline.coordinator("other options");
    String next = other.poll().orElseThrow();
    assertEquals(10_000, AttemptName.parse(next).plan().revision());
    pipeline.write(next);
    assertEquals(Optional.empty(), other.poll());
    assertEquals(Optional.of(Cursor.changesFrom(1)), pipeline.ledger.cursor());
  }

  @Test
  void changesAreCountedOnceAndRepetitionsApart() {
    ClaimedSlice first = pipeline.read(coordinator.poll().orElseThrow());
    pipeline.write(first, List.of(0, 1, 2));
    pipeline.skip(first.lease(), List.of(3), SkipReason.EMPTY_KEY);
    pipeline.clock.advance(Pipeline.LEASE);
    ClaimedSlice second = pipeline.read(coordinator.poll().orElseThrow());
    pipeline.write(first, List.of(4, 5));
    pipeline.write(second, Pipeline.due(second));
    assertEquals(Optional.empty(), coordinator.poll());
    LedgerStatus status = pipeline.ledger.status();
    assertEquals(new OutcomeTotals(9, 0, Map.of("empty_key", 1L)), status.totals());
    assertEquals(2, status.repeated());
    assertEquals(1, status.slices());
  }

  @Test
  void folderStaysSmallOverTwoThousandSlices() {
    pipeline.commits = 2_000;
    int most = 0;
    for (Optional<String> next = coordinator.poll(); next.isPresent(); next = coordinator.poll()) {
      pipeline.write(next.get());
      most = Math.max(most, pipeline.files.files().size());
    }
    assertEquals(Optional.of(Cursor.changesFrom(2_000)), pipeline.ledger.cursor());
    assertTrue(most < 12, most + " files");
  }

  @Test
  void outageOfTenThousandAttemptsLeavesFewFiles() {
    int most = 0;
    for (int i = 0; i < 10_000; i++) {
      ClaimedSlice claimed = pipeline.read(coordinator.poll().orElseThrow());
      pipeline.abandon(claimed, Pipeline.due(claimed), FailureCategory.MILVUS_UNAVAILABLE);
      pipeline.clock.advance(Duration.ofSeconds(10));
      most = Math.max(most, pipeline.files.files().size());
    }
    assertTrue(most < 16, most + " files");
    LedgerStatus.InFlight slice = pipeline.ledger.status().inFlight().orElseThrow();
    assertEquals(Duration.ofSeconds(100_000), slice.age());
    assertFalse(slice.attempts() < 10_000);
  }

  @Test
  void sliceThatDoesNotFitInMemoryIsCutAtOnceToTheRowsThatDo() {
    pipeline.commits = 9;
    pipeline.rowsOfSlice = 8 * Pipeline.ROWS;
    SliceCoordinator wide = pipeline.coordinator();
    String first = wide.poll().orElseThrow();
    pipeline.claim(first).giveUpAsTooBig(3 * Pipeline.ROWS);

    ClaimedSlice cut = pipeline.claim(wide.poll().orElseThrow());

    assertEquals(Position.startOf(3), cut.slice().to());
    assertFalse(cut.isWhole());
    assertEquals(Pipeline.LEASE, cut.lease().remaining(pipeline.clock));
    assertEquals(Optional.empty(), pipeline.ledger().claims().claim(first).map(c -> "claimed"));
  }

  @Test
  void sliceThatMayHaveBeenWrittenKeepsItsEndAndIsReadWhole() {
    pipeline.commits = 9;
    pipeline.rowsOfSlice = 8 * Pipeline.ROWS;
    SliceCoordinator wide = pipeline.coordinator();
    ClaimedSlice read = pipeline.read(wide.poll().orElseThrow());
    pipeline.write(read, List.of(0));
    pipeline.clock.advance(Pipeline.LEASE);
    // Another process has less memory.
    pipeline.claim(wide.poll().orElseThrow()).giveUpAsTooBig(Pipeline.ROWS);

    ClaimedSlice again = pipeline.claim(wide.poll().orElseThrow());

    assertEquals(Position.startOf(8), again.slice().to());
    assertTrue(again.isWhole());
  }

  @Test
  void sliceThatCannotBeCutFurtherIsReadWhole() {
    pipeline.claim(coordinator.poll().orElseThrow()).giveUpAsTooBig(Pipeline.ROWS);
    assertTrue(pipeline.claim(coordinator.poll().orElseThrow()).isWhole());
  }

  @Test
  void sliceThatDoesNotFitIsNoFailureThatThePipelineStopsWith() {
    pipeline.claim(coordinator.poll().orElseThrow()).giveUpAsTooBig(1);
    assertEquals(List.of(), pipeline.ledger.view().halts(pipeline.generation()));
  }

  @Test
  void nextSliceHasNoMoreRowsThanFitInMemory() {
    SliceLimits limits = new SliceLimits(100_000, Pipeline.LEASE, Pipeline.SETTLE);
    Duration short1 = Duration.ofSeconds(1);
    assertEquals(20_000, limits.next(10_000, 10_000, short1, 0), "nothing is known");
    assertEquals(20_000, limits.next(10_000, 10_000, short1, 1_000_000));
    assertEquals(800, limits.next(1_000, 1_000, short1, 1_000), "some room is left");
    assertEquals(1, limits.next(1, 1, short1, 1));
    assertEquals(10_000, limits.next(10_000, 9, short1, 57), "so few rows say nothing of others");
  }
}
