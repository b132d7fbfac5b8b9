package io.freshet.runners.direct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.runners.conformance.Bench;
import io.freshet.runners.conformance.FreshetProcess;
import io.freshet.runners.conformance.Scenario;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code verify} sees what was done to a collection behind the pipeline's back, and mends it. */
final class VerifyIT {
  @RegisterExtension static final Bench BENCH = new Bench(new DirectStarter());

  private static final List<String> ODD =
      List.of("x\"] or user_id in [\"plain", "a\\b", "\"", "line\nend", "nul\0in", "购", "🛒", " ");

  @Test
  void equalIsEqualAndEveryKindOfDifferenceIsFoundAndMended() {
    Scenario scenario = BENCH.scenario();
    scenario.ask("events(table, commits=3, rows=100, users=40)");
    scenario.ask(
        "append(table, [event(1000 + n, key) for n, key in enumerate(keys)])", Map.of("keys", ODD));
    scenario.drain("--startingVersion=0");
    Scenario.Said equal = scenario.verify("--vectors=true");
    assertEquals(0, equal.status(), equal.out());
    int keys = scenario.ask("len(newest(table))").asInt();
    equal.expectLast(summary(3, keys, keys, 0, 0, 0) + ", 0 other vectors");

    scenario.ask(
        """
        rows = {row["user_id"]: row for row in stored(uri, collection)}
        with milvus(uri) as client:
            client.delete(collection, filter='user_id in ["u1"]')
            client.upsert(collection, [
                rows["u2"] | {"row_hash": 5},
                rows["u3"] | {"user_id": odd + "x"},
                rows[odd] | {"vector": [0.5] * 128},
            ])
        """,
        Map.of("odd", ODD.get(0)));
    Scenario.Said different = scenario.verify("--vectors=true");
    assertEquals(1, different.status(), different.out());
    different.expectLine("missing \"u1\": ");
    different.expectLine("stale \"u2\": ");
    different.expectLine("extra \"x\\\"] or user_id in [\\\"plainx\": ");
    different.expectLine("vector \"x\\\"] or user_id in [\\\"plain\": ");
    different.expectLast(summary(3, keys, keys, 1, 1, 1) + ", 1 other vectors");
    assertEquals(0, scenario.verify().out().lines().filter(l -> l.startsWith("vector")).count());

    Scenario.Said mended = scenario.verify("--vectors=true", "--repair=true");
    assertEquals(0, mended.status(), mended.out());
    mended.expectLast(summary(3, keys, keys, 0, 0, 0) + ", 0 other vectors");
    scenario.expectCollectionAsTable("");
  }

  @Test
  @Tag("any-milvus")
  void rowOfAnOlderCommitThatTheTableStillHasIsStale() {
    Scenario scenario = BENCH.scenario();
    scenario.ask("append(table, [event(1, 'a'), event(2, 'b')])");
    scenario.drain("--startingVersion=0");
    scenario.ask("append(table, [event(3, 'a')])");
    scenario.ask("sys.old = stored(uri, collection)");
    scenario.drain();
    scenario.ask(
        """
        with milvus(uri) as client:
            client.upsert(collection, [row for row in sys.old if row["user_id"] == "a"])
        """);
    Scenario.Said stale = scenario.verify();
    assertEquals(1, stale.status(), stale.out());
    stale.expectLine("stale \"a\": table version 1 ");
    assertEquals(0, scenario.verify("--repair=true").status());
    scenario.expectCollectionAsTable("");
  }

  @Test
  @Tag("any-milvus")
  void updatesDeletesAndCompactionsLeaveNoDifference() {
    Scenario scenario = BENCH.scenario();
    scenario.ask("events(table, commits=4, rows=60, users=20)");
    scenario.drain("--startingVersion=snapshot");
    scenario.ask(
        """
        DeltaTable(table).update({"item_id": "'x'"}, predicate="user_id = 'u1'")
        DeltaTable(table).delete("user_id = 'u2'")
        DeltaTable(table).delete("event_id = 'e239'")
        events(table, commits=2, rows=30, users=20, first=240)
        DeltaTable(table).optimize.compact()
        events(table, commits=1, rows=5, users=20, first=300)
        """);
    scenario.drain();
    Scenario.Said equal = scenario.verify("--vectors=true");
    assertEquals(0, equal.status(), equal.out());
    scenario.ask(
        "c = milvus(uri); client = c.__enter__(); client.delete(collection, filter='user_id in [\"u1\"]'); c.__exit__(None, None, None)");
    scenario.verify().expectLine("missing \"u1\": ");
    assertEquals(0, scenario.verify("--repair=true").status());
  }

  @Test
  @Tag("any-milvus")
  void runningPipelineMakesNoFalseDifferenceAndIsNotRepairedBeside() {
    Scenario scenario = BENCH.scenario();
    scenario.ask("events(table, commits=2, rows=500, users=50)");
    FreshetProcess pipeline = scenario.follow("--startingVersion=0");
    scenario.ask(
        """
        import threading
        def write():
            for n in range(30):
                events(table, commits=1, rows=20, users=50, first=1000 + 20 * n)
                if n % 3 == 0:
                    DeltaTable(table).delete(f"user_id = 'u{n}'")
        writer = threading.Thread(target=write)
        writer.start()
        sys.writer = writer
        """);
    pipeline.await("the first slice", () -> scenario.slices() > 0);
    for (int i = 0; i < 4; i++) {
      Scenario.Said said = scenario.verify();
      assertEquals(0, said.status(), said.out());
    }
    Scenario.Said refused = scenario.verify("--repair=true");
    assertEquals(2, refused.status(), refused.out());
    assertTrue(refused.err().contains("freshet: error (ledger_in_use)"), refused.err());
    scenario.ask("sys.writer.join()");
    pipeline.stop();
    scenario.drain();
    assertEquals(0, scenario.verify().status());
  }

  @Test
  void collectionOfAnotherLedgerIsNotTouched() {
    Scenario scenario = BENCH.scenario();
    scenario.ask("events(table, commits=1, rows=10, users=10)");
    scenario.drain("--startingVersion=0");
    scenario.ask("drop(uri, collection); make_collection(uri, collection, 128)");
    Scenario.Said refused = scenario.verify("--repair=true");
    assertEquals(2, refused.status(), refused.out());
    assertTrue(refused.err().contains("freshet: error (collection_mismatch)"), refused.err());
    assertEquals(0, scenario.rows());
    assertEquals(2, scenario.verify("--embedding=random", "--vectors=true").status());
  }

  private static String summary(
      int version, int table, int collection, int missing, int stale, int extra) {
    return "verify: table version %d · %d keys in the table, %d in the collection · %d missing, %d stale, %d extra, 0 twice"
        .formatted(version, table, collection, missing, stale, extra);
  }
}
