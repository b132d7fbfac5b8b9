package io.freshet.runners.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.testing.MilvusServer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The same on every runner: no change is lost or repeated, the collection ends equal to the table,
 * and whoever comes next goes on where the ledger stands.
 */
public abstract class PipelineConformance {
  private static final int SLICE = 300;

  private static final List<String> ODD =
      List.of("x\"] or user_id in [\"u1", "a\\b", "it's", "line\nend", "购 🛒");

  private static final Map<String, List<String>> BAD_KEYS =
      Map.of("keys", Arrays.asList(null, "", "k".repeat(257), null));

  /** Many rows a user. The number of an event is its place in time. */
  private static final List<String> EVENTS =
      List.of(
          "DeltaTable(table).update({'item_id': \"'seen'\"}, predicate=\"user_id in ('u1', 'u2')\")",
          // All that u3 did, and the newest of what u4 did.
          "DeltaTable(table).delete(\"user_id = 'u3'\")",
          "last = max((row['event_timestamp'], row['event_id']) for row in rows(table) if row['user_id'] == 'u4')[1]\n"
              + "DeltaTable(table).delete(f\"event_id = '{last}'\")",
          "DeltaTable(table).update({'user_id': \"'moved'\"}, predicate=\"user_id = 'u5'\")",
          "merge(table, [event(2000, 'u3'), event(2001, 'new')] + rows(table)[:30], remove=\"s.item_id = 'seen'\")",
          "DeltaTable(table).optimize.compact()",
          "append(table, [event(3000 + n, key) for n, key in enumerate(odd)])",
          "DeltaTable(table).delete(\"user_id like '%\\\"%' or user_id like '%s'\")",
          // Commits without a row.
          "append(table, [])",
          "DeltaTable(table).alter.set_table_properties({'delta.logRetentionDuration': 'interval 60 days'})",
          "overwrite(table, rows(table)[::2] + [event(4000, 'after')])",
          "append(table, [event(5000 + n, f'u{n}') for n in range(20)])",
          // The events of old users go, and most of them have newer ones.
          "DeltaTable(table).delete(\"event_timestamp < '2026-01-01T00:10:00Z'\")");

  /** One row a user. */
  private static final List<String> UNIQUE =
      List.of(
          "DeltaTable(table).update({'item_id': \"'seen'\"}, predicate=\"user_id in ('u1', 'u2')\")",
          "DeltaTable(table).delete(\"user_id in ('u3', 'u4')\")",
          "append(table, [event(1003, 'u3')])",
          "DeltaTable(table).update({'user_id': \"'moved'\"}, predicate=\"user_id = 'u5'\")",
          "merge(table, [event(1004, 'u4'), event(1005, 'u5')] + rows(table)[:30], remove=\"s.item_id = 'seen'\")",
          "append(table, [event(3000 + n, key) for n, key in enumerate(odd)])",
          "DeltaTable(table).delete(\"user_id like '%\\\"%' or user_id like '%s'\")",
          // Every row is deleted and most are inserted again in the same commit.
          "overwrite(table, rows(table)[5:] + [event(4000, 'after')])",
          "DeltaTable(table).optimize.compact()",
          "DeltaTable(table).delete(\"user_id = 'after'\")");

  @RegisterExtension protected final Bench bench;

  protected PipelineConformance(Starter starter) {
    bench = new Bench(starter);
  }

  @Test
  public final void manyRowsOfAUserEndAsTheNewestThatIsLeft() {
    Scenario scenario = bench.scenario();
    scenario.ask("events(table, commits=4, rows=150, users=60)");
    play(scenario, EVENTS, "--keys=events", "--orderColumn=event_timestamp");
  }

  @Test
  public final void oneRowOfAUserIsFollowed() {
    Scenario scenario = bench.scenario();
    scenario.ask("distinct(table, rows=300)");
    play(scenario, UNIQUE, "--keys=unique");
  }

  @Test
  public final void commitsAndFilesLargerThanASliceAreCut() {
    Scenario scenario = bench.scenario();
    scenario.ask("append(table, [event(9000 + n, None) for n in range(120)])");
    scenario
        .start("--startingVersion=0")
        .expectError("too_many_rejects", "null_key", "--keyColumn", "--maxDeadLetterRatio=1");
    assertEquals(0, scenario.counted("slices"), "no such slice is recorded");
    scenario.ask("distinct(table, rows=1700)");
    scenario.ask("events(table, commits=1, rows=1700, users=1000, first=1700)");
    scenario.ask("events(table, commits=3, rows=400, users=1000, first=3400)");

    scenario.drain("--startingVersion=0", "--maxSliceRows=500", "--maxDeadLetterRatio=1");

    scenario.expectCollectionAsTable("");
    assertEquals(0, scenario.counted("written again"));
    scenario.expectRowsCounted(120 + 1700 + 1700 + 1200);
    assertEquals(120, scenario.counted("null_key"));
    assertEquals(1 + 4 + 4 + 3, scenario.counted("slices"));
  }

  @Test
  public final void killedProcessesLoseNothingAndRepeatAtMostTheSliceInFlight() {
    Scenario scenario = bench.scenario();
    scenario.ask("events(table, commits=30, rows=300, users=1500)");
    String[] options = {"--startingVersion=0", "--maxSliceRows=" + SLICE};

    scenario.start(options).await("5 slices", () -> scenario.slices() >= 5).kill();
    scenario.start(options).await("12 slices", () -> scenario.slices() >= 12).kill();
    assertTrue(scenario.slices() < 30, "Killed too late to mean anything");
    scenario.drain(options);

    scenario.expectCollectionAsTable("");
    scenario.expectRowsCounted(9000);
    assertTrue(scenario.counted("written again") <= 2 * SLICE, () -> "" + scenario.status());
  }

  @Test
  public final void outageOfMilvusIsNotTakenForBadRowsAndNeitherHoldsOthersUp() {
    try (MilvusServer milvus = bench.ownMilvus()) {
      Scenario scenario = bench.scenario().at(milvus.uri());
      scenario.ask("events(table, commits=10, rows=300, users=1500)");
      scenario.ask("append(table, [event(9000 + n, key) for n, key in enumerate(keys)])", BAD_KEYS);
      scenario.ask("events(table, commits=10, rows=300, users=1500, first=3000)");

      FreshetProcess process =
          scenario
              .start(
                  "--startingVersion=0",
                  "--untilVersion=latest",
                  "--maxSliceRows=" + SLICE,
                  "--lease=5s")
              .await("3 slices", () -> scenario.slices() >= 3);
      milvus.kill();
      process.await("another attempt", () -> scenario.attempts() >= 2);
      milvus.restart();
      process.expectExit(0);

      scenario.expectCollectionAsTable("");
      scenario.expectRowsCounted(6004);
      assertEquals(2, scenario.counted("null_key"));
      assertEquals(1, scenario.counted("empty_key"));
      assertEquals(1, scenario.counted("key_too_long"));
      assertEquals(4, scenario.counted("skipped") - scenario.counted("superseded"));
    }
  }

  @Test
  public final void stopInTheMiddleOfABacklogRepeatsNothing() {
    Scenario scenario = bench.scenario();
    scenario.ask("events(table, commits=20, rows=300, users=1500)");
    String[] options = {"--startingVersion=0", "--maxSliceRows=300"};

    scenario.start(options).await("3 slices", () -> scenario.slices() >= 3).stop();
    assertTrue(scenario.slices() < 20, "Stopped too late to mean anything");
    assertEquals("not running", scenario.status().get("pipeline"));
    scenario.drain(options);

    scenario.expectCollectionAsTable("");
    scenario.expectRowsCounted(6000);
    assertEquals(0, scenario.counted("written again"));
  }

  /** The first half of the steps is followed live, the second is there when it starts again. */
  private static void play(Scenario scenario, List<String> steps, String... more) {
    String[] options = new String[more.length + 2];
    options[0] = "--startingVersion=0";
    // Commits of many rows are cut.
    options[1] = "--maxSliceRows=100";
    System.arraycopy(more, 0, options, 2, more.length);
    int half = steps.size() / 2;
    FreshetProcess follower = scenario.follow(options);
    steps.subList(0, half).forEach(step -> write(scenario, step));
    long version = scenario.ask("DeltaTable(table).version()").asLong();
    follower.await("version " + version, () -> scenario.isDone(version));
    scenario.expectCollectionAsTableNow();
    follower.stop();

    steps.subList(half, steps.size()).forEach(step -> write(scenario, step));
    scenario.drain(options);
    scenario.expectCollectionAsTableNow();
    scenario.expectRowsCounted(scenario.ask("len(fed(table))").asLong());
  }

  private static void write(Scenario scenario, String step) {
    scenario.ask(step + "\nNone", Map.of("odd", ODD));
  }
}
