package io.freshet.changes.metrics;

import java.util.List;
import org.apache.beam.sdk.metrics.Metrics;

/** A count that only grows. */
public record CounterMetric(String name, String help, List<String> labelNames) implements Metric {
  public CounterMetric {
    labelNames = List.copyOf(labelNames);
  }

  /** Adds {@code n}, at least 0, to the series of these label values. */
  public void add(long n, String... labelValues) {
    List<String> labels = List.of(labelValues);
    Metrics.counter(MetricSinks.BEAM_NAMESPACE, beamName(labels)).inc(n);
    MetricSinks.all().forEach(sink -> sink.add(this, labels, n));
  }
}
