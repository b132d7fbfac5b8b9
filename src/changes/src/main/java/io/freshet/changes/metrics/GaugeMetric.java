package io.freshet.changes.metrics;

import java.util.List;
import org.apache.beam.sdk.metrics.Metrics;

/** A value that goes up and down. Beam's gauges are whole numbers: there it is rounded. */
public record GaugeMetric(String name, String help, List<String> labelNames) implements Metric {
  public GaugeMetric {
    labelNames = List.copyOf(labelNames);
  }

  /** Sets the series of these label values. */
  public void set(double value, String... labelValues) {
    List<String> labels = List.of(labelValues);
    Metrics.gauge(MetricSinks.BEAM_NAMESPACE, beamName(labels)).set(Math.round(value));
    MetricSinks.all().forEach(sink -> sink.set(this, labels, value));
  }
}
