package io.freshet.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The laws, over many schedules of several pipelines at once. */
class ProtocolTest {
  private static final int SCHEDULES = 200;
  private static final int ORPHANS = 5;
  private static final Duration FLIGHT = Duration.ofSeconds(4);
  private static final Duration SKEW = Duration.ofSeconds(1);

  @Test
  void nothingIsLostAndNothingOlderFollowsNewerWhateverCrashesOrFreezes() {
    List<String> violations = new ArrayList<>();
    for (long seed = 0; seed < SCHEDULES; seed++) {
      violations.addAll(run(seed, FLIGHT.plus(SKEW)));
    }
    assertEquals(List.of(), violations);
  }

  @Test
  void schedulesDoFindAnOlderStateAfterANewerWhenNobodyWaitsForBytesInFlight() {
    boolean found = false;
    for (long seed = 0; seed < SCHEDULES && !found; seed++) {
      found = run(seed, Duration.ZERO).stream().anyMatch(violation -> violation.contains("after"));
    }
    assertTrue(found);
  }

  @Test
  void nothingOlderFollowsNewerWhenThoseWhoReadDieAndThoseWhoWriteFreeze() {
    List<String> violations = new ArrayList<>();
    for (long seed = 0; seed < ORPHANS; seed++) {
      violations.addAll(runOrphans(seed, Writers.OTHERS_TOO));
    }
    assertEquals(List.of(), violations);
  }

  @Test
  void schedulesDoFindAnOlderStateWhenTheDeathOfTheReaderEndsTheClaimOfOthers() {
    boolean found = false;
    for (long seed = 0; seed < ORPHANS && !found; seed++) {
      found =
          runOrphans(seed, Writers.THIS_PROCESS).stream()
              .anyMatch(violation -> violation.contains("after"));
    }
    assertTrue(found);
  }

  private static List<String> run(long seed, Duration settle) {
    return run(seed, new ProtocolWorld(seed, settle, FLIGHT, SKEW));
  }

  private static List<String> runOrphans(long seed, Writers writers) {
    Duration settle = FLIGHT.plus(SKEW);
    return run(seed, new ProtocolWorld(seed, settle, FLIGHT, SKEW).ofOrphans(writers));
  }

  private static List<String> run(long seed, ProtocolWorld made) {
    try (ProtocolWorld world = made) {
      return world.run().stream().map(violation -> "Seed " + seed + ": " + violation).toList();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("Seed " + seed + ": " + e, e);
    }
  }
}
