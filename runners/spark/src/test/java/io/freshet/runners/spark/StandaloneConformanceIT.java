package io.freshet.runners.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.runners.conformance.FreshetProcess;
import io.freshet.runners.conformance.PipelineConformance;
import io.freshet.runners.conformance.Scenario;
import io.freshet.runners.conformance.StandaloneCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every runner must do, on a Spark cluster of a master and two workers of one core. */
final class StandaloneConformanceIT extends PipelineConformance {
  /** Rows of 20 kB. */
  private static final String HEAVY =
      "append(table, [{**event(n, f'u{n}'), 'item_id': f'{n} ' * (20000 // len(f'{n} '))} for n in range(count)])";

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

  @Test
  void applicationThatANewMasterDoesNotKnowIsStartedAnew() {
    Scenario scenario = bench.scenario();
    scenario.ask("events(table, commits=2, rows=20, users=10)");
    FreshetProcess process =
        scenario.startWith(
            Spark.onCluster(cluster.url(), List.of("-Dfreshet.sparkPatience=25")),
            "--startingVersion=0");
    process.await("the rows", () -> scenario.isDone(1));

    cluster.replaceMaster();
    process.awaitOutput("freshet: waiting for SparkRunner: Spark has had no executor for ");
    scenario.ask("events(table, commits=1, rows=20, users=10, first=40)");
    process.awaitOutput("freshet: starting anew: Spark has had no executor for ");
    process.await("the rows that came meanwhile", () -> scenario.isDone(2));
    process.awaitOutput("freshet: SparkRunner works again").stop();

    scenario.expectCollectionAsTable("");
  }

  @Test
  void executorsThatCannotRunATaskAreNamedAndEndThePipeline(@TempDir Path classes)
      throws IOException {
    Scenario scenario = bench.scenario();
    scenario.ask("events(table, commits=1, rows=20, users=10)");
    List<String> java = new ArrayList<>(ForeignExecutors.in(classes));
    java.add("-Dfreshet.sparkPatience=2");

    FreshetProcess process =
        scenario.startWith(Spark.onCluster(cluster.url(), java), "--startingVersion=0");

    process.expectError(
        "runner",
        "Spark's executors (127.0.0.1) have had tasks for ",
        "and do not work at them",
        "the driver's Spark is 3.5.6, as the workers'; see the executors' logs: http://127.0.0.1:");
    assertFalse(process.output().contains("freshet: following"), process::output);
    assertTrue(process.output().contains("freshet: waiting for SparkRunner: "), process::output);
  }

  /**
   * What Beam's runner cannot keep in storage memory it would compute anew, from the reading on.
   */
  @Test
  void sliceThatDoesNotFitInStorageMemoryIsReadOnce() {
    Scenario scenario = bench.scenario();
    scenario.ask(HEAVY, Map.of("count", 1_500));

    drain(scenario, "-Dspark.memory.fraction=0.05");

    assertEquals(1, scenario.counted("slices"), "it fits in the executor's heap");
  }

  /** 200 MB of text in files of some kilobytes. */
  @Test
  void slicesAreCutToWhatFitsInAnExecutorHoweverWellTheirFilesAreCompressed() {
    Scenario scenario = bench.scenario();
    scenario.ask(HEAVY, Map.of("count", 10_000));

    drain(scenario, "-Dspark.executor.memory=512m");

    assertTrue(scenario.counted("slices") > 1);
  }

  private static void drain(Scenario scenario, String javaOption) {
    Map<String, Set<String>> claims = new HashMap<>();
    scenario
        .startWith(
            Spark.onCluster(cluster.url(), List.of(javaOption)),
            "--startingVersion=0",
            "--textTemplate={user_id}",
            // So that it is read, and is no work.
            "--orderColumn=item_id")
        .await(
            "the rows",
            () -> {
              addClaims(scenario.ledger(), claims);
              return scenario.isDone(0);
            })
        .stop();

    assertFalse(claims.isEmpty());
    claims.forEach((attempt, ofIt) -> assertEquals(1, ofIt.size(), () -> "claims of " + attempt));
    assertEquals(0, scenario.counted("written again"));
    scenario.expectCollectionAsTable("template='{user_id}'");
  }

  /** Adds the claims that the ledger has now, by their attempts. */
  private static void addClaims(Path ledger, Map<String, Set<String>> claims) {
    String[] files = ledger.toFile().list((folder, name) -> name.contains("_claim_"));
    for (String file : files == null ? new String[0] : files) {
      String[] parts = file.split("_", -1);
      claims
          .computeIfAbsent(
              String.join("_", parts[0], parts[1], parts[2]), attempt -> new HashSet<>())
          .add(parts[3]);
    }
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }
}
