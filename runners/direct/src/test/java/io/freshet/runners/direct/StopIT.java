package io.freshet.runners.direct;

import io.freshet.runners.conformance.Bench;
import io.freshet.runners.conformance.FreshetProcess;
import io.freshet.runners.conformance.Scenario;
import io.freshet.testing.MilvusServer;
import io.freshet.testing.Tools;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** SIGTERM: status 0 within 10 s whatever goes on, and the next process goes on at once. */
final class StopIT {
  @RegisterExtension static final Bench BENCH = new Bench(new DirectStarter());

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

  @Test
  void stopWhileTheLedgerCannotBeRead() throws IOException {
    Scenario scenario = BENCH.scenario();
    scenario.ask("events(table, commits=1, rows=10, users=50)");
    FreshetProcess process = scenario.follow("--startingVersion=0");
    process.await("the first rows", () -> scenario.slices() == 1);

    String noMoreFiles = "--nofile=3:";
    new ProcessBuilder("prlimit", "--pid=" + process.pid(), noMoreFiles).inheritIO().start();
    process.awaitOutput("Cannot see how the pipeline stands").stop();
    scenario.drain("--startingVersion=0");

    scenario.expectRowsCounted(10);
  }
}
