package io.freshet.runners.direct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.testing.MilvusServer;
import io.freshet.testing.Tools;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** SIGTERM: status 0 within 10 s whatever goes on, and the next process goes on at once. */
final class StopIT {
  @RegisterExtension static final Bench BENCH = new Bench();

  @Test
  void stopInTheMiddleOfABacklogRepeatsNothing() {
    Scenario scenario = BENCH.scenario();
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

  @Test
  void stopWhileWaitingForMilvus() {
    Scenario scenario = BENCH.scenario().at("http://127.0.0.1:" + Tools.freePort());
    scenario.ask("events(table, commits=1, rows=100, users=50)");

    scenario.start("--startingVersion=0").awaitOutput("waiting for Milvus").stop();
    scenario.at(BENCH.milvus().uri()).drain("--startingVersion=0");

    scenario.expectCollectionAsTable("");
    scenario.expectRowsCounted(100);
  }

  @Test
  void stopWhileMilvusDoesNotAnswerAndGoOnWithTheSameRows() {
    try (MilvusServer milvus = BENCH.ownMilvus()) {
      Scenario scenario = BENCH.scenario().at(milvus.uri());
      scenario.ask("events(table, commits=1, rows=10, users=50)");
      FreshetProcess process = scenario.follow("--startingVersion=0");
      process.await("the first rows", () -> scenario.slices() == 1);

      milvus.freeze();
      scenario.ask("events(table, commits=1, rows=200, users=50, first=10)");
      process.await("a claimed slice", scenario::isWriting).stop();
      milvus.resume();
      scenario.drain("--startingVersion=0");

      scenario.expectCollectionAsTable("");
      scenario.expectRowsCounted(210);
    }
  }
}
