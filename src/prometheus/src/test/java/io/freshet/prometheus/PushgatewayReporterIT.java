package io.freshet.prometheus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.metrics.CounterMetric;
import io.freshet.changes.metrics.PipelineMetrics;
import io.freshet.testing.Await;
import io.freshet.testing.Pushgateway;
import io.freshet.testing.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PushgatewayReporterIT {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir private Path folder;
  private Pushgateway gateway;

  @BeforeEach
  void start() {
    gateway = Pushgateway.start(folder);
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void valuesArriveWithTheirLabelsInTheGroupOfTheWorker() throws Exception {
    PipelineMetrics.RETRIES.add(3, "milvus", "milvus_unavailable");
    PipelineMetrics.MILVUS_UP.set(1);
    PipelineMetrics.INSERT_LATENCY.observe(Duration.ofMillis(150), 1000);

    try (PushgatewayReporter reporter =
        PushgatewayReporter.start(PushgatewayTarget.of(gateway.address(), "job 1/ü", "direct"))) {
      assertTrue(reporter.pushNow());
    }

    String text = gateway.metrics();
    String worker = InetAddress.getLocalHost().getHostName() + "-direct";
    Matcher retries =
        Pattern.compile(
                "(?m)^pipeline_retries_total\\{category=\"milvus_unavailable\","
                    + "instance=\"([^\"]+)\",job=\"job 1/ü\",target=\"milvus\",worker=\""
                    + Pattern.quote(worker)
                    + "\"} 3$")
            .matcher(text);
    assertTrue(retries.find(), text);
    String group =
        "instance=\"" + retries.group(1) + "\",job=\"job 1/ü\",worker=\"" + worker + "\"";
    assertLine(text, "pipeline_milvus_up{" + group + "} 1");
    String bucket = "milvus_insert_latency_seconds_bucket{";
    assertLine(text, bucket + group + ",le=\"0.1\"} 0");
    assertLine(text, bucket + group + ",le=\"0.2\"} 1000");
    assertLine(text, "milvus_insert_latency_seconds_count{" + group + "} 1000");
    assertTrue(text.contains("\njvm_threads_current{" + group), text);
    assertTrue(text.contains("\nprocess_cpu_seconds_total{" + group), text);
  }

  @Test
  void theWholePipelineHasAGroupOfItsOwn() {
    PipelineSeries series = new PipelineSeries();
    try (PushgatewayReporter reporter = start("pipeline")) {
      reporter.report(series);
      series.set(PipelineMetrics.RECORDS_PROCESSED, 1200, "success");
      series.set(PipelineMetrics.COMMITS_BEHIND, 4);
      assertTrue(reporter.pushNow());
      series.set(PipelineMetrics.RECORDS_PROCESSED, 1300, "success");
      assertTrue(reporter.pushNow());
    }

    String text = gateway.metrics();
    String group = "instance=\"ledger\",job=\"pipeline\",%sworker=\"pipeline\"} ";
    assertLine(
        text,
        "pipeline_records_processed_total{" + group.formatted("status=\"success\",") + "1300");
    assertLine(text, "pipeline_commits_behind{" + group.formatted("") + "4");
  }

  @Test
  void workersStandBesideOneAnotherAndARestartedOneBesideItsFormerSelf() throws Exception {
    try (ServerProcess first = worker("one", 5)) {
      first.kill();
    }
    try (ServerProcess again = worker("one", 7);
        ServerProcess other = worker("two", 11)) {
      assertTrue(again.isAlive() && other.isAlive());
    }

    String host = InetAddress.getLocalHost().getHostName();
    String text = gateway.metrics();
    assertEquals(List.of(5, 7), records(text, host + "-one"), text);
    assertEquals(List.of(11), records(text, host + "-two"), text);
  }

  @Test
  void afterARestartOfThePushgatewayAllValuesAreBack() {
    CounterMetric rows = new CounterMetric("restart_rows_total", "Rows.", List.of());
    PushgatewayTarget target =
        PushgatewayTarget.of(gateway.address(), "restart", "direct")
            .withInterval(Duration.ofMillis(50));
    rows.add(5);
    try (LoggedErrors log = new LoggedErrors();
        PushgatewayReporter reporter = PushgatewayReporter.start(target)) {
      Await.until("push", LIMIT, () -> gateway.metrics().contains("restart_rows_total{"));

      gateway.kill();
      Await.until("sight of the outage", LIMIT, () -> log.count("Cannot push") > 0);
      for (int i = 0; i < 10; i++) {
        rows.add(1);
        assertEquals(false, reporter.pushNow());
      }
      gateway.restart();

      Await.until("end of the outage", LIMIT, () -> log.count("again") > 0);
      Matcher value =
          Pattern.compile("(?m)^restart_rows_total\\{.*} (\\d+)$").matcher(gateway.metrics());
      assertTrue(value.find());
      assertEquals("15", value.group(1));
      assertEquals(1, log.count("Cannot push"), log.text());
      assertEquals(1, log.count("again"), log.text());
    }
  }

  @Test
  void aFrozenPushgatewayHoldsNobodyUpAndIsPushedToAgainWhenItGoesOn() {
    CounterMetric rows = new CounterMetric("frozen_rows_total", "Rows.", List.of());
    PushgatewayTarget target =
        PushgatewayTarget.of(gateway.address(), "frozen", "direct")
            .withInterval(Duration.ofMillis(50));
    gateway.freeze();
    try (PushgatewayReporter reporter = PushgatewayReporter.start(target)) {
      rows.add(5);
      assertEquals(false, reporter.pushNow());
      rows.add(5);
      gateway.resume();

      Await.until(
          "push of all",
          LIMIT,
          () -> Pattern.compile("frozen_rows_total\\{.*} 10\n").matcher(gateway.metrics()).find());
    }
  }

  @Test
  void thereIsOneReporterForATargetUntilItIsClosed() {
    PushgatewayReporter reporter = start("one");
    assertSame(reporter, start("one"));
    reporter.close();

    assertEquals(false, reporter.pushNow());
    try (PushgatewayReporter next = start("one")) {
      assertTrue(next != reporter && next.pushNow());
    }
  }

  private PushgatewayReporter start(String jobName) {
    return PushgatewayReporter.start(PushgatewayTarget.of(gateway.address(), jobName, "direct"));
  }

  private ServerProcess worker(String role, int count) throws IOException {
    Path log = folder.resolve(role + count + ".log");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            WorkerMain.class.getName(),
            gateway.address(),
            "workers",
            role,
            Integer.toString(count));
    return ServerProcess.start(
        command, log, () -> log.toFile().exists() && read(log).contains("pushed: true"));
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Integer> records(String text, String worker) {
    return Pattern.compile(
            "(?m)^pipeline_records_processed_total\\{.*status=\"success\",worker=\""
                + Pattern.quote(worker)
                + "\"} (\\d+)$")
        .matcher(text)
        .results()
        .map(match -> Integer.parseInt(match.group(1)))
        .sorted()
        .toList();
  }

  private static void assertLine(String text, String line) {
    assertTrue(text.lines().anyMatch(line::equals), () -> "No line " + line + " in\n" + text);
  }
}
