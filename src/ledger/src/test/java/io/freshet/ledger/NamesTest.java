package io.freshet.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.ledger.Names.AttemptName;
import io.freshet.ledger.Names.ClaimName;
import io.freshet.ledger.Names.PlanName;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class NamesTest {
  private final String generation = Names.generation(12);
  private final PlanName plan = PlanName.create(7, 3, generation);
  private final AttemptName attempt = AttemptName.create(plan, 41, generation);
  private final ClaimName claim = ClaimName.create(attempt);

  @Test
  void namesAreReadBackAsTheyWereMade() {
    assertEquals(attempt, AttemptName.parse(attempt.text()));
    assertEquals(claim, ClaimName.parse(claim.text()));
    assertEquals(12, Names.generationNumber(generation));
    assertEquals(3, plan.revision());
    assertEquals(41, attempt.number());
    assertEquals(generation, attempt.generation());
  }

  @Test
  void namesAreTheSameInEveryLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertTrue(Names.generation(12).startsWith("00000012-"), Names.generation(12));
      PlanName here = PlanName.create(7, 3, generation);
      assertTrue(here.text().matches("[\\x20-\\x7e]+"), here.text());
      AttemptName made = AttemptName.create(here, 41, generation);
      assertEquals(made, AttemptName.parse(made.text()));
      assertTrue(made.text().matches("[\\x20-\\x7e]+"), made.text());
      assertTrue(Names.doneFile(7).startsWith("000000000007_done_"), Names.doneFile(7));
      assertTrue(Names.boundFile(7).startsWith("bound_000000000007_"), Names.boundFile(7));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void attemptsAreOrderedBySliceThenPlanThenNumber() {
    AttemptName next = AttemptName.create(plan, 42, Names.generation(1));
    AttemptName tenth = AttemptName.create(plan, 100, generation);
    AttemptName replanned = AttemptName.create(PlanName.create(7, 4, generation), 1, generation);
    AttemptName later = AttemptName.create(PlanName.create(8, 0, generation), 1, generation);
    List<AttemptName> ordered = List.of(attempt, next, tenth, replanned, later);
    assertEquals(
        ordered, List.of(later, replanned, tenth, next, attempt).stream().sorted().toList());
  }

  @Test
  void laterGenerationComesAfterEarlierOnes() {
    assertTrue(Names.generation(100).compareTo(Names.generation(99)) > 0);
    assertTrue(
        AttemptName.create(plan, 42, Names.generation(2))
                .compareTo(AttemptName.create(plan, 42, Names.generation(1)))
            > 0);
  }

  @Test
  void everyNameThatTheLedgerMakesIsItsOwn() {
    for (String name :
        List.of(
            "generation_" + generation,
            "stop_" + generation,
            "heartbeat_" + generation + "_000000000001",
            "halt_" + generation + "_" + Nonce.next(),
            "identity_" + Nonce.next(),
            "collection_" + Nonce.next(),
            attempt.file(),
            claim.claimFile(1767225600000L),
            claim.manifestFile(),
            claim.outcomesFile(),
            claim.endedFile(),
            Names.TableName.create(7).file(),
            "vectors_" + Nonce.next(),
            Names.boundFile(7),
            Names.doneFile(7))) {
      assertTrue(Names.isLedgerFile(name), name);
      assertFalse(Names.isLedgerFile(name + "._COPYING_"));
    }
  }

  @Test
  void claimsFilesAreGathered() {
    LedgerView view =
        LedgerView.of(
            List.of(
                attempt.file(),
                claim.claimFile(5_000),
                claim.manifestFile(),
                claim.outcomesFile(),
                claim.outcomesFile()));
    LedgerView.ClaimFiles files = view.claimsOf(attempt).get(0);
    assertEquals(5_000, files.leaseEnd());
    assertEquals(2, files.outcomes().size());
    assertEquals(4, files.files().size());
    assertFalse(files.ended());
  }
}
