package io.freshet.runners.direct;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.runners.conformance.Bench;
import io.freshet.runners.conformance.FreshetProcess;
import io.freshet.runners.conformance.Scenario;
import io.freshet.testing.MilvusServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Milvus sleeps or is not there yet: the pipeline waits and loses nothing. That it dies is among
 * what every runner must stand.
 */
final class OutageIT {
  private static final String[] OPTIONS = {
    "--startingVersion=0", "--untilVersion=latest", "--maxSliceRows=300", "--lease=5s"
  };

  @RegisterExtension static final Bench BENCH = new Bench(new DirectStarter());

  @Test
  void milvusThatDoesNotAnswerForLongerThanALeaseIsWaitedFor() {
    try (MilvusServer milvus = BENCH.ownMilvus()) {
      Scenario scenario = BENCH.scenario().at(milvus.uri());
      scenario.ask("events(table, commits=20, rows=300, users=1500)");

      FreshetProcess process =
          scenario.start(OPTIONS).await("3 slices", () -> scenario.slices() >= 3);
      milvus.freeze();
      process.await("another attempt", () -> scenario.attempts() >= 2);
      milvus.resume();
      process.expectExit(0);

      scenario.expectCollectionAsTable("");
      scenario.expectRowsCounted(6000);
    }
  }

  @Test
  void milvusThatIsNotThereAtTheStartIsWaitedFor() {
    try (MilvusServer milvus = BENCH.ownMilvus()) {
      Scenario scenario = BENCH.scenario().at(milvus.uri());
      scenario.ask("events(table, commits=2, rows=100, users=50)");
      milvus.kill();

      FreshetProcess process = scenario.start(OPTIONS).awaitOutput("freshet: waiting for Milvus: ");
      assertTrue(process.output().contains(milvus.uri()), process::output);
      milvus.restart();
      process.expectExit(0);

      scenario.expectCollectionAsTable("");
      scenario.expectRowsCounted(200);
    }
  }
}
