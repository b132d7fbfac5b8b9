package io.freshet.runners.direct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.runners.conformance.Bench;
import io.freshet.runners.conformance.FreshetProcess;
import io.freshet.runners.conformance.Scenario;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A collection that is not there, not the pipeline's own, or not the one that it was. */
final class CollectionsIT {
  @RegisterExtension static final Bench BENCH = new Bench(new DirectStarter());

  @Test
  void anotherDimensionIsRefused() {
    Scenario scenario = scenarioOfOneCommit();
    scenario.ask("make_collection(uri, collection, 64)");
    scenario
        .start("--startingVersion=0")
        .expectError("collection_mismatch", scenario.collection(), "64", "128");
    assertEquals(0, scenario.rows());
  }

  @Test
  void collectionMadeBySomeoneElseIsRefusedUntilItIsAdopted() {
    Scenario scenario = scenarioOfOneCommit();
    scenario.ask("make_collection(uri, collection, 128)");
    scenario
        .start("--startingVersion=0")
        .expectError("collection_mismatch", "was not made by Freshet", "--adoptCollection");
    assertEquals(0, scenario.rows());

    scenario.drain("--startingVersion=0", "--adoptCollection=true");
    scenario.expectCollectionAsTable("");
  }

  @Test
  void secondLedgerOnACollectionIsRefusedAndTheFirstGoesOn() {
    Scenario scenario = scenarioOfOneCommit();
    FreshetProcess first = scenario.follow("--startingVersion=0");
    first.await("the first rows", () -> scenario.isDone(0));

    scenario.withLedger("second");
    scenario
        .start("--startingVersion=0")
        .expectError("collection_mismatch", "belongs to the ledger", "--ledger");
    scenario.withLedger("ledger");
    scenario.ask("events(table, commits=1, rows=50, users=20, first=50)");

    first.await("the next rows", () -> scenario.isDone(1)).stop();
    scenario.expectCollectionAsTable("");
  }

  @Test
  void collectionDroppedWhileThePipelineIsStoppedIsNotMadeAgain() {
    Scenario scenario = scenarioOfOneCommit();
    scenario.drain("--startingVersion=0");
    scenario.ask("drop(uri, collection)");

    scenario.start().expectError("collection_lost", scenario.collection(), "--ledger");
    assertEquals(-1, scenario.rows());
  }

  @Test
  void collectionDroppedWhileThePipelineRunsEndsItAndNothingMoreIsCounted() {
    Scenario scenario = scenarioOfOneCommit();
    FreshetProcess process = scenario.follow("--startingVersion=0");
    process.await("the first rows", () -> scenario.isDone(0));

    scenario.ask("drop(uri, collection)");
    scenario.ask("events(table, commits=1, rows=50, users=20, first=50)");

    process.expectError("collection_lost");
    assertEquals(-1, scenario.rows());
    scenario.expectRowsCounted(50);
    scenario.start().expectError("collection_lost", scenario.collection(), "--ledger");
  }

  @Test
  void collectionThatAnotherTookThePlaceOfWhileThePipelineRunsEndsItAndNothingMoreIsCounted() {
    Scenario scenario = scenarioOfOneCommit();
    FreshetProcess process = scenario.follow("--startingVersion=0");
    process.await("the first rows", () -> scenario.isDone(0));

    scenario.ask("drop(uri, collection); make_collection(uri, collection, 128)");
    scenario.ask("events(table, commits=1, rows=50, users=20, first=50)");

    process.expectError("collection_mismatch", "is another one than the pipeline was started with");
    scenario.expectRowsCounted(50);
    assertTrue(scenario.rows() <= 20, "rows of the first commit in the new collection");
    scenario.start().expectError("collection_mismatch", "was not made by Freshet");
  }

  private static Scenario scenarioOfOneCommit() {
    Scenario scenario = BENCH.scenario();
    scenario.ask("events(table, commits=1, rows=50, users=20)");
    return scenario;
  }
}
