package io.freshet.runners.direct;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.freshet.runners.conformance.Bench;
import io.freshet.runners.conformance.FreshetProcess;
import io.freshet.runners.conformance.Scenario;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** From a table as it is, then on with what follows. */
final class SnapshotIT {
  @RegisterExtension static final Bench BENCH = new Bench(new DirectStarter());

  @Test
  void snapshotOfAPartitionedTableIsFollowedWithoutAGapOrARepetition() {
    Scenario scenario = BENCH.scenario();
    scenario.ask("distinct(table, rows=2000, partition_by=['event_type'])");
    scenario.ask("distinct(table, rows=1000, first=2000, partition_by=['event_type'])");

    FreshetProcess process = scenario.follow("--startingVersion=snapshot", "--maxSliceRows=500");
    scenario.ask(
        "events(table, commits=5, rows=300, users=4000, first=3000, partition_by=['event_type'])");
    scenario.ask("distinct(table, rows=1300, first=4500, partition_by=['event_type'])");
    scenario.ask("DeltaTable(table).optimize.compact()");
    scenario.ask("events(table, commits=1, rows=1, users=1, first=5800)");
    process.await("the last commit", () -> scenario.status().get("version").equals("9 of 9"));
    process.stop();

    scenario.expectCollectionAsTable("snapshot=1");
    scenario.expectRowsCounted(3000 + 1500 + 1300 + 1);
    assertEquals(0, scenario.counted("written again"));
  }

  @Test
  void compactionOfATableIsNoChangeAndItsSnapshotIsWhole() {
    Scenario scenario = BENCH.scenario();
    scenario.ask("events(table, commits=6, rows=300, users=400)");
    scenario.ask("DeltaTable(table).optimize.compact()");

    scenario.drain("--startingVersion=0");
    scenario.expectCollectionAsTable("");
    scenario.expectRowsCounted(1800);
    assertEquals("6 of 6", scenario.status().get("version"));

    // The same rows in one file, cut into many slices: the order column says which is the newest.
    scenario.ask("drop(uri, collection)");
    scenario.withLedger("ledger_of_snapshot");
    scenario.drain(
        "--startingVersion=snapshot", "--orderColumn=event_timestamp", "--maxSliceRows=250");
    scenario.expectCollectionAsTable("snapshot=6");
    scenario.expectRowsCounted(1800);
  }
}
