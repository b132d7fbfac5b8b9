package io.freshet.prometheus;

import io.freshet.changes.metrics.CounterMetric;
import io.freshet.changes.metrics.GaugeMetric;
import io.freshet.changes.metrics.HistogramMetric;
import io.freshet.changes.metrics.MetricSink;
import io.prometheus.client.CollectorRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Metrics in a registry; each is registered when it is first used. */
final class RegistryMetrics implements MetricSink {
  private final CollectorRegistry registry = new CollectorRegistry();
  private final Map<CounterMetric, NumberCollector> counters = new ConcurrentHashMap<>();
  private final Map<GaugeMetric, NumberCollector> gauges = new ConcurrentHashMap<>();
  private final Map<HistogramMetric, HistogramCollector> histograms = new ConcurrentHashMap<>();

  CollectorRegistry registry() {
    return registry;
  }

  @Override
  public void add(CounterMetric metric, List<String> labelValues, long n) {
    counter(metric).series(labelValues).add((double) n);
  }

  /** Sets a counter to what was counted elsewhere. */
  void set(CounterMetric metric, List<String> labelValues, double total) {
    counter(metric).series(labelValues).set(total);
  }

  @Override
  public void set(GaugeMetric metric, List<String> labelValues, double value) {
    gauges
        .computeIfAbsent(metric, made -> NumberCollector.of(made).register(registry))
        .series(labelValues)
        .set(value);
  }

  @Override
  public void observe(HistogramMetric metric, List<String> labelValues, double seconds, int times) {
    histograms
        .computeIfAbsent(metric, made -> new HistogramCollector(made).register(registry))
        .series(labelValues)
        .observe(seconds, times);
  }

  private NumberCollector counter(CounterMetric metric) {
    return counters.computeIfAbsent(metric, made -> NumberCollector.of(made).register(registry));
  }
}
