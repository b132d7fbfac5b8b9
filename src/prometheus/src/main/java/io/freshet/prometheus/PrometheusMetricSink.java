package io.freshet.prometheus;

import io.freshet.changes.metrics.CounterMetric;
import io.freshet.changes.metrics.GaugeMetric;
import io.freshet.changes.metrics.HistogramMetric;
import io.freshet.changes.metrics.MetricSink;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.hotspot.DefaultExports;
import java.util.List;

/**
 * Keeps this JVM's metrics, and those of the JVM itself, for Prometheus. {@link
 * java.util.ServiceLoader} finds it; {@link PushgatewayReporter} pushes what it keeps.
 */
public final class PrometheusMetricSink implements MetricSink {
  private static final RegistryMetrics OF_THIS_JVM = new RegistryMetrics();

  static {
    DefaultExports.register(OF_THIS_JVM.registry());
  }

  /** All of this JVM's metrics, for those who expose them some other way. */
  public static CollectorRegistry registry() {
    return OF_THIS_JVM.registry();
  }

  @Override
  public void add(CounterMetric metric, List<String> labelValues, long n) {
    OF_THIS_JVM.add(metric, labelValues, n);
  }

  @Override
  public void set(GaugeMetric metric, List<String> labelValues, double value) {
    OF_THIS_JVM.set(metric, labelValues, value);
  }

  @Override
  public void observe(HistogramMetric metric, List<String> labelValues, double seconds, int times) {
    OF_THIS_JVM.observe(metric, labelValues, seconds, times);
  }
}
