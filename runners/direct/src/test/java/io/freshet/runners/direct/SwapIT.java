package io.freshet.runners.direct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.runners.conformance.Bench;
import io.freshet.runners.conformance.FreshetProcess;
import io.freshet.runners.conformance.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Another table at the table's path, while the pipeline runs. */
final class SwapIT {
  @RegisterExtension static final Bench BENCH = new Bench(new DirectStarter());

  @Test
  void rowsOfATableThatIsThereForAWhileAreNotWrittenAndTheRightOnesAre() throws IOException {
    Scenario scenario = BENCH.scenario();
    Path table = scenario.table();
    Path other = table.resolveSibling("other");
    Path aside = table.resolveSibling("aside");
    scenario.ask("distinct(table, rows=20)");
    Map<String, String> names = Map.of("other", other.toString());
    scenario.ask("distinct(other, rows=30)", names);
    scenario.ask("append(other, [event(901, 'x1')])", names);
    scenario.ask("append(other, [event(902, 'x2')])", names);
    FreshetProcess follower = scenario.follow("--startingVersion=0");
    follower.await("the first rows", () -> scenario.isDone(0));

    Files.move(table, aside);
    Files.move(other, table);
    follower.awaitOutput("Another table, or another copy of it, is at");
    Files.move(table, other);
    follower.await("a look", () -> scenario.isDone(0));
    Files.move(aside, table);
    scenario.ask("append(table, [event(700, 'right1')])");
    scenario.ask("append(table, [event(701, 'right2')])");
    follower.await("what follows", () -> scenario.isDone(2));
    follower.stop();

    scenario.expectCollectionAsTable("");
    assertEquals(22, scenario.rows());
    scenario.expectRowsCounted(22);
  }

  @Test
  void aTableThatIsReplacedForGoodStopsThePipelineAndIsTakenInItsPlaceByResync()
      throws IOException {
    Scenario scenario = BENCH.scenario();
    Path table = scenario.table();
    Path other = table.resolveSibling("other");
    scenario.ask("distinct(table, rows=20)");
    scenario.ask("append(table, [event(700, 'both')])");
    Map<String, String> names = Map.of("other", other.toString());
    scenario.ask("append(other, [event(700, 'both')])", names);
    scenario.ask("append(other, [event(800, 'u3')])", names);
    scenario.ask("append(other, [event(901, 'u3')])", names);
    FreshetProcess follower = scenario.follow("--startingVersion=0");
    follower.await("the first rows", () -> scenario.isDone(1));
    String id = scenario.ask("DeltaTable(table).metadata().id").asText();

    Files.move(table, table.resolveSibling("aside"));
    Files.move(other, table);

    follower.expectError(
        "table_replaced", id, "Another table", "--ledger", "--onLostHistory=resync");
    assertEquals(21, scenario.rows());

    FreshetProcess taken =
        scenario.drain(
            "--orderColumn=event_timestamp", "--onLostHistory=resync", "--confirmLoss=1s");
    assertTrue(taken.output().contains("done 1 rows written, 19 deleted"), taken::output);
    // It is the ledger's own now, with commits of its own.
    scenario.ask("append(table, [event(902, 'u4')])");
    scenario.ask("DeltaTable(table).delete(\"user_id = 'both'\"); None");
    scenario.drain("--orderColumn=event_timestamp");
    scenario.expectCollectionAsLatestRows();
    assertEquals(2, scenario.rows());
    assertEquals(0, scenario.verify("--orderColumn=event_timestamp").status());
  }

  @Test
  void aTableThatIsReplacedInItsOwnLogIsFollowedWhetherThePipelineRunsOrNot() throws IOException {
    Scenario scenario = BENCH.scenario();
    scenario.ask("distinct(table, rows=20)");
    FreshetProcess follower = scenario.follow("--startingVersion=0");
    follower.await("the first rows", () -> scenario.isDone(0));

    scenario.ask("replace(table); append(table, [event(701, 'u1'), event(702, 'new')])");
    follower.await("what it was replaced by", () -> scenario.isDone(2));
    follower.stop();
    scenario.expectCollectionAsLatestRows();
    assertEquals(0, scenario.verify().status());

    scenario.ask("replace(table); append(table, [event(703, 'u2'), event(704, 'new')])");
    scenario.drain();
    scenario.expectCollectionAsLatestRows();
    assertEquals(0, scenario.verify().status());

    // Without the commit that was read last the id tells, which is that of the last table.
    scenario.ask("append(table, [event(705, 'u3')]); DeltaTable(table).create_checkpoint()");
    for (int version = 0; version <= 4; version++) {
      Files.delete(log(scenario).resolve("%020d.json".formatted(version)));
    }
    scenario.drain();
    scenario.expectCollectionAsLatestRows();
    assertEquals(3, scenario.rows());
  }

  private static Path log(Scenario scenario) {
    return scenario.table().resolve("_delta_log");
  }

  /** As storage lets it be seen where files are not put there as a whole: cut at a line's end. */
  @Test
  void aCommitThatGrowsAfterItIsDoneStopsThePipelineAndIsMadeUpFor() throws IOException {
    Scenario scenario = BENCH.scenario();
    Path table = scenario.table();
    scenario.ask("distinct(table, rows=20)");
    FreshetProcess follower = scenario.follow("--startingVersion=0");
    follower.await("the first rows", () -> scenario.isDone(0));
    Path whole = table.resolveSibling("whole");
    scenario.ask(
        "__import__('shutil').copytree(table, whole) and append(whole, [event(700, 'late')])",
        Map.of("whole", whole.toString()));
    try (Stream<Path> files = Files.list(whole)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path there = table.resolve(file.getFileName());
        if (!Files.exists(there)) {
          Files.copy(file, there);
        }
      }
    }
    Path commit = Path.of("_delta_log", "00000000000000000001.json");
    String actions = Files.readString(whole.resolve(commit));
    String first = actions.lines().filter(line -> line.contains("commitInfo")).findAny().get();
    Path cut = Files.writeString(table.resolveSibling("cut"), first + "\n");
    Files.move(cut, table.resolve(commit));
    follower.await("the commit without its rows", () -> scenario.isDone(1));
    Files.writeString(table.resolve(commit), actions);
    follower.expectError("commit_changed", "Version 1 of ", "--onLostHistory=resync");
    scenario.start().expectError("commit_changed", "Version 1 of ", "--onLostHistory=resync");
    assertEquals(20, scenario.rows());

    FreshetProcess resync = scenario.follow("--onLostHistory=resync");
    scenario.ask("append(table, [event(701, 'next')])");
    resync.await("what follows", () -> scenario.isDone(2));
    resync.stop();
    scenario.expectCollectionAsTable("");
    assertEquals(22, scenario.rows());
  }
}
