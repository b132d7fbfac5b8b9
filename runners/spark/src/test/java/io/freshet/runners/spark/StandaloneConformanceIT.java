package io.freshet.runners.spark;

import io.freshet.runners.conformance.FreshetProcess;
import io.freshet.runners.conformance.PipelineConformance;
import io.freshet.runners.conformance.Scenario;
import io.freshet.runners.conformance.StandaloneCluster;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every runner must do, on a Spark cluster of a master and two workers of one core. */
final class StandaloneConformanceIT extends PipelineConformance {
  @TempDir private static Path folder;
  private static StandaloneCluster cluster;

  StandaloneConformanceIT() {
    super(Spark.onCluster(cluster.url()));
  }

  @BeforeAll
  static void startCluster() {
    cluster = StandaloneCluster.start(folder, 2);
  }

  /** Without them executors could not read what the driver has serialized for them. */
  @Test
  void secretsReachExecutorsAndShowNowhere(@TempDir Path secretsFolder) throws IOException {
    SecretsSeen secrets = new SecretsSeen(secretsFolder);
    Scenario scenario = bench.scenario();
    scenario.ask("events(table, commits=2, rows=20, users=10)");

    FreshetProcess process =
        scenario.startWith(
            Spark.onCluster(cluster.url(), secrets.javaOptions()),
            secrets.options("--startingVersion=0"));
    process.await("the rows", () -> scenario.isDone(1));
    secrets.lookAtTheUi();
    secrets.lookAtProcesses();
    process.kill(); // So that its checkpoints stay.
    secrets.lookIn(scenario.ledger());

    scenario.expectCollectionAsTable("");
    secrets.lookInEventLog();
    secrets.lookIn("what was printed", process.output());
    // What the cluster and its executors print, and what else they have there.
    secrets.lookIn(folder);
    secrets.expectNone();
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }
}
