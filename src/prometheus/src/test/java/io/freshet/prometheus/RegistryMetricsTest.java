package io.freshet.prometheus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.freshet.changes.metrics.CounterMetric;
import io.freshet.changes.metrics.GaugeMetric;
import io.freshet.changes.metrics.HistogramMetric;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RegistryMetricsTest {
  private static final CounterMetric ROWS =
      new CounterMetric("rows_total", "Rows.", List.of("status", "target"));
  private static final GaugeMetric BEHIND = new GaugeMetric("commits_behind", "Behind.", List.of());
  private static final HistogramMetric LATENCY =
      new HistogramMetric("latency_seconds", "Latency.", List.of("kind"), List.of(0.1, 1.0));

  private final RegistryMetrics metrics = new RegistryMetrics();

  @Test
  void aCounterKeepsItsNameAndHasNoOtherSeries() throws Exception {
    metrics.add(ROWS, List.of("success", "a \"b\"\\\n"), 3);
    metrics.add(ROWS, List.of("success", "a \"b\"\\\n"), 4);

    assertEquals(
        """
        # HELP rows_total Rows.
        # TYPE rows_total counter
        rows_total{status="success",target="a \\"b\\"\\\\\\n",} 7.0
        """,
        text(metrics.registry()));
  }

  @Test
  void aCounterThatIsCountedElsewhereIsSet() throws Exception {
    metrics.set(ROWS, List.of("success", ""), 9_000_000_000.0);
    metrics.set(ROWS, List.of("success", ""), 9_000_000_001.0);

    assertEquals(
        """
        # HELP rows_total Rows.
        # TYPE rows_total counter
        rows_total{status="success",target="",} 9.000000001E9
        """,
        text(metrics.registry()));
  }

  @Test
  void aGaugeHasItsLastValue() throws Exception {
    metrics.set(BEHIND, List.of(), 7);
    metrics.set(BEHIND, List.of(), 0.5);

    assertEquals(
        """
        # HELP commits_behind Behind.
        # TYPE commits_behind gauge
        commits_behind 0.5
        """,
        text(metrics.registry()));
  }

  @Test
  void aHistogramCountsEveryTimeAndItsBoundsAreInclusive() throws Exception {
    metrics.observe(LATENCY, List.of("upsert"), 0.1, 300_000);
    metrics.observe(LATENCY, List.of("upsert"), 0.5, 1);
    metrics.observe(LATENCY, List.of("upsert"), 7.5, 2);

    assertEquals(
        """
        # HELP latency_seconds Latency.
        # TYPE latency_seconds histogram
        latency_seconds_bucket{kind="upsert",le="0.1",} 300000.0
        latency_seconds_bucket{kind="upsert",le="1.0",} 300001.0
        latency_seconds_bucket{kind="upsert",le="+Inf",} 300003.0
        latency_seconds_count{kind="upsert",} 300003.0
        latency_seconds_sum{kind="upsert",} 30015.5
        """,
        text(metrics.registry()));
  }

  @Test
  void missingLabelValuesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> metrics.add(ROWS, List.of("success"), 1));
  }

  @Test
  void nothingIsLostWhenManyThreadsCount() throws Exception {
    int threads = 8;
    int times = 20_000;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<? extends Future<?>> counting =
          IntStream.range(0, threads)
              .mapToObj(thread -> pool.submit(() -> count(thread, times)))
              .toList();
      for (Future<?> one : counting) {
        one.get();
      }
    } finally {
      pool.shutdown();
    }

    CollectorRegistry registry = metrics.registry();
    String[] rowLabels = {"status", "target"};
    for (String target : List.of("0", "1")) {
      assertEquals(
          80_000, registry.getSampleValue("rows_total", rowLabels, new String[] {"s", target}));
    }
    String[] kind = {"kind"};
    String[] k = {"k"};
    assertEquals(480_000, registry.getSampleValue("latency_seconds_count", kind, k));
    assertEquals(240_000, registry.getSampleValue("latency_seconds_sum", kind, k));
  }

  private void count(int thread, int times) {
    for (int i = 0; i < times; i++) {
      metrics.add(ROWS, List.of("s", Integer.toString(thread % 2)), 1);
      metrics.observe(LATENCY, List.of("k"), 0.5, 3);
    }
  }

  private static String text(CollectorRegistry registry) throws IOException {
    StringWriter writer = new StringWriter();
    TextFormat.write004(writer, registry.metricFamilySamples());
    return writer.toString();
  }
}
