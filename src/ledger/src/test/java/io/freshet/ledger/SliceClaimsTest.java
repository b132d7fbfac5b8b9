package io.freshet.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.Position;
import io.freshet.ledger.Names.ClaimName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SliceClaimsTest {
  private final Pipeline pipeline = new Pipeline();
  private final SliceCoordinator coordinator = pipeline.coordinator();
  private final String attempt = coordinator.poll().orElseThrow();

  private void assertDropped() {
    assertEquals(Optional.empty(), pipeline.ledger().claims().claim(attempt).map(c -> "claimed"));
    assertTrue(
        pipeline.files.files().keySet().stream()
            .noneMatch(name -> name.startsWith(attempt) && name.contains("_claim_")),
        "nobody shall wait for a claim that was dropped");
  }

  @Test
  void leaseBeginsWithTheClaim() {
    pipeline.clock.advance(Duration.ofSeconds(9));
    assertEquals(pipeline.clock.now().plus(Pipeline.LEASE), pipeline.claim(attempt).lease().end());
  }

  @ParameterizedTest
  @EnumSource(Writers.class)
  void claimSaysWhoWritesForItAndForHowLong(Writers writers) {
    ClaimedSlice claimed = pipeline.ledger().claims().claim(attempt, writers).orElseThrow();
    assertEquals(
        new Contents.Claim(
            HostProcess.current(), pipeline.clock.millis(), Pipeline.LEASE.toMillis(), writers),
        claimFile(claimed));
    assertEquals(Pipeline.LEASE, claimed.lease().remaining(pipeline.clock));
  }

  @Test
  void claimThatDoesNotSayMayHaveOtherWriters() {
    assertEquals(Writers.OTHERS_TOO, claimFile(pipeline.claim(attempt)).writers());
  }

  private Contents.Claim claimFile(ClaimedSlice claimed) {
    Names.ClaimName name = Names.ClaimName.parse(claimed.lease().attempt());
    return pipeline
        .files
        .store()
        .read(name.claimFile(claimed.lease().end().toEpochMilli()), Contents.Claim.class)
        .orElseThrow();
  }

  @Test
  void claimIsDroppedAfterALaterAttempt() {
    // A claim that has brought something keeps the attempt's file.
    ClaimedSlice claimed = pipeline.read(attempt);
    pipeline.write(claimed, List.of(0));
    pipeline.clock.advance(Pipeline.LEASE);
    String later = coordinator.poll().orElseThrow();
    assertEquals(Optional.empty(), pipeline.ledger().claims().claim(attempt).map(c -> "claimed"));
    pipeline.claim(later);
  }

  @Test
  void claimIsDroppedWhenItsAttemptIsGone() {
    pipeline.clock.advance(Duration.ofSeconds(10));
    String later = coordinator.poll().orElseThrow();
    assertDropped();
    pipeline.claim(later);
  }

  @Test
  void claimIsDroppedWhenAnotherCoordinatorHasTakenItsAttemptForTorn() {
    boolean mayBeNewer = false;
    while (!mayBeNewer) {
      Pipeline same = new Pipeline();
      String seenTorn = same.coordinator().poll().orElseThrow();
      String[] later = new String[1];
      // The attempt has been read and the ledger listed, and its claim is about to be written.
      same.files.interrupt(
          3,
          () -> {
            same.files.tear(seenTorn + "_attempt");
            later[0] = same.coordinator().poll().orElseThrow();
            same.read(later[0]);
          });
      Optional<String> claimed =
          same.ledger().claims().claim(seenTorn).map(claim -> claim.lease().attempt());
      assertEquals(Optional.empty(), claimed, "another plan is written meanwhile: " + later[0]);
      mayBeNewer = seenTorn.compareTo(later[0]) > 0;
    }
  }

  @Test
  void claimIsDroppedAfterANewerGeneration() {
    pipeline.raiseGeneration();
    assertDropped();
  }

  @Test
  void claimIsDroppedOnceTheSliceIsDone() {
    pipeline.write(attempt);
    assertEquals(Optional.empty(), coordinator.poll());
    assertDropped();
  }

  @Test
  void claimIsDroppedWhenTheRecordIsThereButTheAttemptIsNotFoldedYet() {
    pipeline
        .ledger
        .store()
        .write(
            Names.doneFile(1),
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
    assertDropped();
  }

  @Test
  void tornRecordDropsNoClaim() {
    String name = Names.doneFile(1);
    pipeline.files.files().put(name, new byte[0]);
    pipeline.claim(attempt);
  }

  @Test
  void bundleThatIsRunAgainDoesNotSendWhatItHasReported() {
    ClaimedSlice claimed = pipeline.read(attempt);
    List<Integer> bundle = List.of(0, 1, 2);
    OutcomeRecorder outcomes = pipeline.ledger().outcomes();
    assertEquals(bundle, outcomes.unreported(claimed.lease(), bundle));
    pipeline.write(claimed, List.of(1));
    pipeline.abandon(claimed, List.of(2), FailureCategory.MILVUS_UNAVAILABLE);
    assertEquals(List.of(0), outcomes.unreported(claimed.lease(), bundle));
  }

  @Test
  void bundleThatIsRunAgainSendsNothingOnceItsClaimIsFoldedAway() {
    ClaimedSlice claimed = pipeline.write(attempt);
    assertEquals(Optional.empty(), coordinator.poll());
    assertEquals(
        List.of(), pipeline.ledger().outcomes().unreported(claimed.lease(), List.of(0, 1)));
  }

  @Test
  void bundleThatIsRunAgainSendsNothingIfItsClaimIsFoldedAwayWhileItAsks() {
    // Before, while and after the folder is listed, and before the outcomes are read.
    for (int operations = 1; operations < 8; operations++) {
      Pipeline other = new Pipeline();
      SliceCoordinator folding = other.coordinator();
      ClaimedSlice claimed = other.write(folding.poll().orElseThrow());
      Ledger asking = other.ledger();
      other.files.interrupt(operations, () -> assertTrue(folding.poll().isEmpty()));
      assertEquals(
          List.of(),
          asking.outcomes().unreported(claimed.lease(), List.of(0, 1, 2)),
          "before operation " + operations);
    }
  }

  @Test
  void attemptThatIsClaimedIsNotClaimedAgainAndNothingIsLeftOfTheSecondClaim() {
    pipeline.claim(attempt);
    assertNotClaimedAgain();
  }

  @Test
  void attemptThatIsReadIsNotClaimedAgain() {
    pipeline.read(attempt);
    assertNotClaimedAgain();
  }

  @Test
  void attemptThatOthersWriteIsNotClaimedAgainAlthoughItsReaderIsGone() throws Exception {
    ClaimName gone = claimOfOneThatIsGone();
    pipeline
        .ledger
        .store()
        .write(
            gone.manifestFile(),
            new Contents.Manifest(10, Map.of(), 10, 10, 0, Position.startOf(1)));
    assertNotClaimedAgain();
  }

  @Test
  void attemptWhoseReaderIsGoneIsClaimedAgain() throws Exception {
    ClaimName unused = claimOfOneThatIsGone();
    pipeline.claim(attempt);
  }

  @Test
  void attemptWhoseClaimIsTornIsClaimedAgain() {
    pipeline.claim(attempt);
    pipeline.files.tear(claimFiles().get(0));
    pipeline.claim(attempt);
  }

  @Test
  void attemptWhoseClaimHasEndedIsClaimedAgain() {
    pipeline.claim(attempt).giveUp(FailureCategory.STORAGE_UNAVAILABLE, "for the test");
    pipeline.claim(attempt);
  }

  @Test
  void attemptWhoseLeaseIsOverIsClaimedAgain() {
    pipeline.claim(attempt);
    pipeline.clock.advance(Pipeline.LEASE);
    pipeline.claim(attempt);
  }

  @Test
  void ofTwoClaimsAtTheSameMomentOneGoesOn() {
    boolean oneGaveUp = false;
    for (int operations = 1; operations < 40; operations++) {
      Pipeline other = new Pipeline();
      String both = other.coordinator().poll().orElseThrow();
      List<Optional<ClaimedSlice>> claims = new ArrayList<>();
      Ledger first = other.ledger();
      Ledger second = other.ledger();
      other.files.interrupt(operations, () -> claims.add(second.claims().claim(both)));
      claims.add(first.claims().claim(both));
      long granted = claims.stream().filter(Optional::isPresent).count();
      assertTrue(granted > 0, "interrupted before operation " + operations);
      assertEquals(
          granted,
          other.files.files().keySet().stream().filter(file -> file.contains("_claim_")).count());
      oneGaveUp |= claims.size() == 2 && granted == 1;
    }
    assertTrue(oneGaveUp);
  }

  private void assertNotClaimedAgain() {
    List<String> before = claimFiles();
    assertEquals(Optional.empty(), pipeline.ledger().claims().claim(attempt).map(c -> "claimed"));
    assertEquals(before, claimFiles(), "nobody shall wait for a claim that was given up");
  }

  private List<String> claimFiles() {
    return pipeline.files.files().keySet().stream()
        .filter(name -> name.contains("_claim_"))
        .sorted()
        .toList();
  }

  private ClaimName claimOfOneThatIsGone() throws Exception {
    ClaimName claim = ClaimName.create(Names.AttemptName.parse(attempt));
    pipeline
        .ledger
        .store()
        .write(
            claim.claimFile(pipeline.clock.now().plus(Pipeline.LEASE).toEpochMilli()),
            new Contents.Claim(
                HostProcessTest.killed(),
                pipeline.clock.millis(),
                Pipeline.LEASE.toMillis(),
                Writers.OTHERS_TOO));
    return claim;
  }

  @Test
  void whatIsDroppedWhileReadingIsCountedByTheFirstWhoReads() {
    ClaimedSlice first = pipeline.read(attempt);
    assertFalse(first.isReadBefore());
    pipeline.write(first, List.of(0));
    pipeline.clock.advance(Pipeline.LEASE);
    assertTrue(pipeline.claim(coordinator.poll().orElseThrow()).isReadBefore());
  }
}
