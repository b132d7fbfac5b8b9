package io.freshet.prometheus;

import io.freshet.changes.metrics.CounterMetric;
import io.freshet.changes.metrics.GaugeMetric;
import io.prometheus.client.CollectorRegistry;
import java.util.List;

/**
 * The series of the whole pipeline, as the ledger counts them: unlike the workers' own they neither
 * start at zero with each JVM nor count an attempt twice. Only the driver has one; {@link
 * PushgatewayReporter#report} pushes it as {@code worker="pipeline"}, {@code instance="ledger"}.
 */
public final class PipelineSeries {
  private final RegistryMetrics metrics = new RegistryMetrics();

  /** Sets a counter to its total so far. */
  public void set(CounterMetric metric, double total, String... labelValues) {
    metrics.set(metric, List.of(labelValues), total);
  }

  /** Sets a gauge. */
  public void set(GaugeMetric metric, double value, String... labelValues) {
    metrics.set(metric, List.of(labelValues), value);
  }

  CollectorRegistry registry() {
    return metrics.registry();
  }
}
