package io.freshet.changes.metrics;

import java.util.List;

/** A metric by the name under which dashboards know it. */
public sealed interface Metric permits CounterMetric, GaugeMetric, HistogramMetric {
  /** The Prometheus name, unit included. */
  String name();

  /** One sentence for people. */
  String help();

  /** The names of the labels, in the order in which values are given. */
  List<String> labelNames();

  /**
   * The name of one series in Beam's metrics, which have no labels: {@code name} or {@code
   * name.value.value}.
   */
  default String beamName(List<String> labelValues) {
    if (labelValues.size() != labelNames().size()) {
      throw new IllegalArgumentException(
          name() + " has the labels " + labelNames() + ", not " + labelValues);
    }
    return labelValues.isEmpty() ? name() : name() + "." + String.join(".", labelValues);
  }
}
