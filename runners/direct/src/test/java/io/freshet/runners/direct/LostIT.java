package io.freshet.runners.direct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.ledger.Ledger;
import io.freshet.ledger.LedgerAddress;
import io.freshet.milvus.CollectionSetup;
import io.freshet.milvus.MilvusTarget;
import io.freshet.runners.conformance.Bench;
import io.freshet.runners.conformance.FreshetProcess;
import io.freshet.runners.conformance.Scenario;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** History or a collection that is lost, and made up for where the user says so. */
final class LostIT {
  private static final String[] FROM_ZERO = {
    "--startingVersion=0", "--orderColumn=event_timestamp"
  };

  private static final String[] RESYNC = {
    "--startingVersion=0",
    "--orderColumn=event_timestamp",
    "--onLostHistory=resync",
    "--onLostCollection=resync",
    "--lease=3s"
  };

  @RegisterExtension static final Bench BENCH = new Bench(new DirectStarter());

  @Test
  @Tag("any-milvus")
  void commitsThatWereCleanedAwayAreMadeUpForByWritingWhatDiffers() {
    Scenario scenario = BENCH.scenario();
    scenario.ask("distinct(table, rows=500)");
    scenario.drain(FROM_ZERO);
    scenario.ask("append(table, [event(600, 'u1'), event(601, 'new'), event(602, 'u2')])");
    scenario.ask("DeltaTable(table).delete(\"user_id in ('u3', 'u4')\"); None");
    // The newest row of u5 goes, and its older one counts again.
    scenario.ask("append(table, [event(603, 'u5')])");
    scenario.ask("DeltaTable(table).delete(\"event_id = 'e603'\"); None");
    scenario.ask("forget_commits(table)");

    scenario
        .start(FROM_ZERO)
        .expectError("history_lost", "Version 1 ", "cleaned up", "--onLostHistory=resync");
    scenario.expectRowsCounted(500);

    FreshetProcess follower = scenario.follow(RESYNC);
    assertTrue(follower.output().contains("done 3 rows written, 2 deleted"), follower::output);
    scenario.expectCollectionAsLatestRows();
    scenario.ask("append(table, [event(700, 'u6'), event(701, 'u7')])");
    follower.await("what follows", () -> scenario.rows() == 499 && scenario.counted("rows") == 507);
    follower.stop();
    scenario.expectCollectionAsLatestRows();
    scenario.expectRowsCounted(500 + 5 + 2);
    scenario
        .verify("--orderColumn=event_timestamp", "--vectors=true")
        .expectLast(equal(scenario, 499));
    assertTrue(scenario.status().get("restarts").startsWith("1, "), () -> "" + scenario.status());
  }

  @Test
  @Tag("any-milvus")
  void changeFilesThatAreVacuumedWhileItRunsAreMadeUpForInTheSameProcess() {
    Scenario scenario = BENCH.scenario();
    scenario.ask("distinct(table, rows=100)");
    FreshetProcess follower = scenario.follow(RESYNC);
    follower.await("the first rows", () -> scenario.isDone(0));

    follower.freeze();
    scenario.ask(
        "DeltaTable(table).update({'item_id': \"'seen'\"}, predicate=\"user_id = 'u1'\"); None");
    assertEquals(1, scenario.ask("vacuum_changes(table)").asInt());
    follower.resume();

    follower.await("the restart", () -> scenario.status().containsKey("restarts"));
    scenario.ask("append(table, [event(700, 'u6')])");
    long last = scenario.ask("DeltaTable(table).version()").asLong();
    follower.await("what follows", () -> scenario.isDone(last));
    follower.stop();
    scenario.expectCollectionAsLatestRows();
    scenario.expectRowsCounted(100 + 1 + 1);
  }

  @Test
  void nothingIsDeletedFromACollectionThatWasMadeElsewhere() {
    Scenario scenario = BENCH.scenario();
    scenario.ask("distinct(table, rows=50)");
    scenario.ask("make_collection(uri, collection, 128); insert(uri, collection, 'foreign', 128)");
    scenario.drain("--startingVersion=0", "--adoptCollection=true");
    scenario.ask("append(table, [event(600, 'u1')])");
    scenario.ask("forget_commits(table)");

    scenario.drain(
        "--startingVersion=0",
        "--adoptCollection=true",
        "--onLostHistory=resync",
        "--confirmLoss=1s");

    assertEquals(51, scenario.rows());
    assertEquals(
        "[]",
        scenario
            .ask("differences_latest(uri, collection, table, others=['foreign'])['extra']")
            .toString());
    scenario.expectRowsCounted(51);
  }

  @Test
  @Tag("any-milvus")
  void feedThatIsOffNowCannotBeMadeUpFor() {
    Scenario scenario = BENCH.scenario();
    scenario.ask("distinct(table, rows=20)");
    scenario.drain(FROM_ZERO);
    scenario.ask(
        "DeltaTable(table).alter.set_table_properties({'delta.enableChangeDataFeed': 'false'})");
    scenario.ask("append(table, [event(600, 'u1')])");

    scenario.start(RESYNC).expectError("feed_off", "delta.enableChangeDataFeed=true");
    scenario.expectRowsCounted(20);
  }

  @Test
  void collectionThatIsDroppedIsMadeAgainWhetherThePipelineRunsOrNot() {
    Scenario scenario = BENCH.scenario();
    scenario.ask("events(table, commits=3, rows=100, users=60)");
    scenario.drain("--startingVersion=0", "--maxSliceRows=100");
    scenario.ask("drop(uri, collection)");
    scenario
        .start("--startingVersion=0")
        .expectError("collection_lost", scenario.collection(), "--onLostCollection=resync");

    FreshetProcess follower = scenario.follow(RESYNC);
    follower.await("all rows again", () -> scenario.isDone(2));
    scenario.expectCollectionAsLatestRows();
    scenario.ask("drop(uri, collection)");
    scenario.ask("events(table, commits=1, rows=50, users=20, first=300)");
    follower.await(
        "the second restart", () -> scenario.status().getOrDefault("restarts", "").startsWith("2"));
    follower.await("all rows once more", () -> scenario.isDone(3));
    follower.stop();
    scenario.expectCollectionAsLatestRows();
    scenario.expectRowsCounted(300 + 300 + 350);
  }

  @Test
  void collectionOfAStartThatWasKilledBeforeItRecordedItIsComparedOnce() {
    Scenario scenario = BENCH.scenario();
    scenario.ask("events(table, commits=2, rows=100, users=60)");
    scenario.drain("--startingVersion=0");
    scenario.ask("drop(uri, collection)");
    String ledger =
        Ledger.at(new LedgerAddress(scenario.ledger().toString(), Map.of()))
            .identity()
            .orElseThrow()
            .ledgerId();
    new CollectionSetup(MilvusTarget.of(BENCH.milvus().uri(), scenario.collection(), 128, ledger))
        .ensure(false, false);

    String first = scenario.drain("--orderColumn=event_timestamp").output();
    assertTrue(first.contains("freshet: resync: comparing"), first);
    scenario.expectCollectionAsLatestRows();
    String second = scenario.drain("--orderColumn=event_timestamp").output();
    assertFalse(second.contains("freshet: resync"), second);
  }

  @Test
  void historyAndCollectionThatAreLostTogetherAreMadeUpFor() {
    Scenario scenario = BENCH.scenario();
    scenario.ask("events(table, commits=1, rows=100, users=60)");
    scenario.drain("--startingVersion=0");
    scenario.ask("events(table, commits=2, rows=100, users=60, first=100)");
    scenario.ask("forget_commits(table); drop(uri, collection)");

    FreshetProcess follower = scenario.follow(RESYNC);
    long last = scenario.ask("DeltaTable(table).version()").asLong();
    follower.await("all rows", () -> scenario.isDone(last));
    follower.stop();
    scenario.expectCollectionAsLatestRows();
    scenario.expectRowsCounted(100 + 300);
  }

  private static String equal(Scenario scenario, int keys) {
    return String.format(
        "verify: table version %s · %d keys in the table, %d in the collection · 0 missing, 0 stale, 0 extra, 0 twice, 0 other vectors",
        scenario.ask("DeltaTable(table).version()").asText(), keys, keys);
  }
}
