package io.freshet.runners.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.runners.conformance.FreshetProcess;
import io.freshet.runners.conformance.Installation;
import io.freshet.runners.conformance.PipelineConformance;
import io.freshet.runners.conformance.PrefixedStarter;
import io.freshet.runners.conformance.Scenario;
import io.freshet.runners.conformance.Starter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every runner must do, on Spark in one process; and what takes two runners or two jars. */
final class SparkConformanceIT extends PipelineConformance {
  private static final String[] OPTIONS = {"--startingVersion=0", "--maxSliceRows=300"};

  SparkConformanceIT() {
    super(Spark.local());
  }

  @Test
  void sparkGoesOnWhereDirectStoppedAndDirectWhereSparkStopped() {
    Installation direct = DirectInstallation.direct();
    Scenario scenario = bench.scenario();
    scenario.ask("events(table, commits=40, rows=300, users=1500)");

    scenario
        .startWith(direct, OPTIONS)
        .await("3 slices of Direct", () -> scenario.slices() >= 3)
        .stop();
    long byDirect = scenario.slices();
    scenario
        .start(OPTIONS)
        .await("3 slices of Spark", () -> scenario.slices() >= byDirect + 3)
        .stop();
    assertTrue(scenario.slices() < 40, "Stopped too late to mean anything");
    scenario
        .startWith(direct, "--startingVersion=0", "--maxSliceRows=300", "--untilVersion=latest")
        .expectExit(0);

    scenario.expectCollectionAsTable("");
    scenario.expectRowsCounted(12_000);
    assertEquals(0, scenario.counted("written again"));
  }

  @Test
  void newJarGoesOnWhereTheKilledOneStoodAndLeavesNoCheckpoint(@TempDir Path other)
      throws IOException {
    Scenario scenario = bench.scenario();
    scenario.ask("events(table, commits=20, rows=300, users=1500)");
    scenario.start(OPTIONS).await("5 slices", () -> scenario.slices() >= 5).kill();
    assertTrue(scenario.slices() < 20, "Killed too late to mean anything");
    assertNotEquals(List.of(), checkpoints(scenario));

    Path target = Files.createDirectories(other.resolve("runners/spark/target"));
    Files.copy(Installation.PROJECT.resolve("freshet"), other.resolve("freshet"));
    assertTrue(other.resolve("freshet").toFile().setExecutable(true));
    Files.copy(Path.of("target/classpath"), target.resolve("classpath"));
    Path jar = SparkSubmitJar.path();
    Files.copy(jar, target.resolve(jar.getFileName()));
    scenario
        .startWith(
            Spark.localFrom(other),
            "--startingVersion=0",
            "--maxSliceRows=300",
            "--untilVersion=latest")
        .expectExit(0);

    scenario.expectCollectionAsTable("");
    scenario.expectRowsCounted(6000);
    assertTrue(scenario.counted("written again") <= 300, () -> "" + scenario.status());
    assertEquals(List.of(), checkpoints(scenario));
  }

  @Test
  void userWithoutANameIsServedAndSecretsShowNowhere(@TempDir Path folder) throws IOException {
    SecretsSeen secrets = new SecretsSeen(folder);
    Starter nameless = PrefixedStarter.nameless(Spark.localWith(secrets.javaOptions()));
    Scenario scenario = bench.scenario();
    scenario.ask("events(table, commits=2, rows=20, users=10)");

    FreshetProcess process = scenario.startWith(nameless, secrets.options("--startingVersion=0"));
    process.await("the first rows", () -> scenario.isDone(1));
    secrets.lookAtTheUi();
    secrets.lookAtProcesses();
    process.kill(); // So that its checkpoints stay.
    assertNotEquals(List.of(), checkpoints(scenario));
    secrets.lookIn(scenario.ledger());

    scenario.expectCollectionAsTable("");
    secrets.lookInEventLog();
    secrets.lookIn("what was printed", process.output());
    secrets.expectNone();
  }

  /** What fails while a micro-batch is made makes none: no listener of Spark hears of it. */
  @Test
  void readStepsThatFailEndThePipelineWithTheReason() throws IOException {
    Scenario scenario = bench.scenario();
    scenario.ask("events(table, commits=1, rows=20, users=10)");
    Path local = Files.createDirectory(scenario.table().resolveSibling("local"));
    FreshetProcess process =
        scenario.startWith(
            Spark.localWith(List.of("-Dfreshet.sparkPatience=10", "-Dspark.local.dir=" + local)),
            "--startingVersion=0");
    process.await("the rows", () -> scenario.isDone(0));

    for (Path folder : blockFolders(local)) {
      Files.move(folder, folder.resolveSibling("away"));
      Files.createFile(folder);
    }

    process.expectError(
        "runner", "micro-batches failed in ", "none with a slice succeeded: ", "blockmgr-");
  }

  private static List<Path> blockFolders(Path local) throws IOException {
    try (Stream<Path> files = Files.list(local)) {
      List<Path> folders =
          files.filter(file -> file.getFileName().toString().startsWith("blockmgr-")).toList();
      assertEquals(1, folders.size());
      return folders;
    }
  }

  private static List<String> checkpoints(Scenario scenario) throws IOException {
    try (Stream<Path> files = Files.list(scenario.ledger())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("spark-checkpoint-"))
          .toList();
    }
  }
}
