package io.freshet.runners.direct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.runners.conformance.Bench;
import io.freshet.runners.conformance.FreshetProcess;
import io.freshet.runners.conformance.Scenario;
import io.freshet.testing.Pushgateway;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What reaches the Pushgateway, and that nothing depends on it. */
final class MetricsIT {
  @RegisterExtension static final Bench BENCH = new Bench(new DirectStarter());
  @TempDir private Path folder;

  @Test
  void countsOfThePipelineAndItsWorkersArriveUnderJobWorkerAndInstance() {
    try (Pushgateway gateway = Pushgateway.start(folder)) {
      Scenario scenario = BENCH.scenario();
      scenario.ask("distinct(table, rows=200)");
      scenario.ask("append(table, [event(1, None)])");

      scenario.drain(
          "--startingVersion=0", "--pushgateway=http://" + gateway.address(), "--jobName=nightly");

      String metrics = gateway.metrics();
      String processed = "pipeline_records_processed_total";
      String[] whole = {"job=\"nightly\"", "worker=\"pipeline\""};
      expect(metrics, 200, processed, whole[0], whole[1], "status=\"success\"");
      expect(metrics, 1, processed, whole[0], whole[1], "status=\"skipped\"");
      expect(metrics, 0, "pipeline_commits_behind", whole[0], whole[1]);
      expect(metrics, 200, processed, whole[0], "-direct\"", "status=\"success\"");
      expect(metrics, 1, "pipeline_milvus_up", whole[0], "instance=\"");
      for (String name :
          new String[] {
            "milvus_insert_latency_seconds_count",
            "embedding_generation_duration_seconds_count",
            "pipeline_last_successful_batch_timestamp_seconds"
          }) {
        assertTrue(value(metrics, name, whole[0]).orElse(0.0) > 0, () -> name + "\n" + metrics);
      }

      // What a resync writes was committed whenever: it says nothing of how fast commits are followed.
      scenario.ask("append(table, [event(600, 'u1')])");
      scenario.ask("forget_commits(table)");
      scenario.drain(
          "--startingVersion=0",
          "--onLostHistory=resync",
          "--pushgateway=http://" + gateway.address(),
          "--jobName=resync");
      String after = gateway.metrics();
      String job = "job=\"resync\"";
      assertTrue(value(after, "milvus_insert_latency_seconds_count", job).orElse(0.0) > 0, after);
      String latency = "pipeline_commit_latency_seconds_count";
      assertEquals(Optional.empty(), value(after, latency, job));
      assertTrue(value(after, latency, whole[0]).orElse(0.0) > 0, after);
    }
  }

  @Test
  void pushgatewayThatDiesOrWasNeverThereDisturbsNothing() {
    Scenario scenario = BENCH.scenario();
    scenario.ask("events(table, commits=10, rows=100, users=300)");
    String[] options = {"--startingVersion=0", "--maxSliceRows=100", "--pushgateway=", ""};
    try (Pushgateway gateway = Pushgateway.start(folder)) {
      options[2] = "--pushgateway=http://" + gateway.address();
      options[3] = "--untilVersion=9";
      FreshetProcess process =
          scenario.start(options).await("2 slices", () -> scenario.slices() >= 2);
      gateway.kill();
      process.expectExit(0);
    }
    scenario.ask("events(table, commits=1, rows=100, users=300, first=1000)");
    options[3] = "--untilVersion=latest";
    scenario.drain(options);

    scenario.expectCollectionAsTable("");
    scenario.expectRowsCounted(1100);
  }

  private static void expect(String metrics, double value, String name, String... labels) {
    assertTrue(
        value(metrics, name, labels).filter(found -> found == value).isPresent(),
        () -> name + Arrays.toString(labels) + " is not " + value + " in\n" + metrics);
  }

  /** The greatest value of the series of that name that have all the labels. */
  private static Optional<Double> value(String metrics, String name, String... labels) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(name + "{"))
        .filter(line -> Arrays.stream(labels).allMatch(line::contains))
        .map(line -> Double.valueOf(line.substring(line.lastIndexOf(' ') + 1)))
        .max(Double::compare);
  }
}
