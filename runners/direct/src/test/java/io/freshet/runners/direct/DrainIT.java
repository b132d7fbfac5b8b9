package io.freshet.runners.direct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.runners.conformance.Bench;
import io.freshet.runners.conformance.FreshetProcess;
import io.freshet.runners.conformance.Scenario;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** From a table's commits to the collection, undisturbed. */
final class DrainIT {
  @RegisterExtension static final Bench BENCH = new Bench(new DirectStarter());

  @Test
  void drainWritesTheNewestRowOfEveryUserOnce() {
    Scenario scenario = BENCH.scenario();
    scenario.ask("events(table, commits=20, rows=1000, users=5000)");

    scenario.drain("--startingVersion=0");

    scenario.expectCollectionAsTable("");
    scenario.expectRowsCounted(20_000);
    assertEquals(scenario.counted("skipped"), scenario.counted("superseded"));
    assertEquals("19 of 19", scenario.status().get("version"));
    assertEquals(0, scenario.counted("commits behind"));
    assertEquals("none", scenario.status().get("in flight"));
  }

  @Test
  void restartGoesOnWhereTheLedgerStandsWithOtherBatchesAndShards() {
    Scenario scenario = BENCH.scenario();
    scenario.ask("events(table, commits=10, rows=200, users=300)");

    scenario.drain("--startingVersion=0", "--untilVersion=4");
    scenario.expectCollectionAsTable("end=4");
    scenario.expectRowsCounted(1000);
    scenario.drain("--startingVersion=snapshot", "--batchSize=7", "--shards=3");
    scenario.expectCollectionAsTable("");
    scenario.expectRowsCounted(2000);
    scenario.drain();

    scenario.expectCollectionAsTable("");
    scenario.expectRowsCounted(2000);
    assertEquals(0, scenario.counted("written again"));
  }

  @Test
  void latestWritesOnlyWhatIsCommittedAfterTheStart() {
    Scenario scenario = BENCH.scenario();
    scenario.ask("events(table, commits=3, rows=100, users=1000)");

    FreshetProcess process = scenario.follow();
    scenario.ask("events(table, commits=3, rows=100, users=1000, first=300)");
    process.await("the rows of the later commits", () -> scenario.counted("rows") == 300);
    process.stop();

    scenario.expectCollectionAsTable("start=3");
    scenario.expectRowsCounted(300);
  }

  @Test
  void manySmallCommitsLeaveASmallLedger() {
    Scenario scenario = BENCH.scenario();
    scenario.ask("events(table, commits=400, rows=10, users=2000)");

    scenario.drain("--startingVersion=0");

    scenario.expectCollectionAsTable("");
    scenario.expectRowsCounted(4000);
    assertTrue(scenario.counted("ledger files") < 50, () -> "" + scenario.status());
  }
}
