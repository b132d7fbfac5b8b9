package io.freshet.changes.metrics;

import java.util.List;

/**
 * Takes every count, value and observation of this JVM. Found by {@link java.util.ServiceLoader};
 * thread-safe and quick.
 */
public interface MetricSink {
  /** Adds to a counter. */
  void add(CounterMetric metric, List<String> labelValues, long n);

  /** Sets a gauge. */
  void set(GaugeMetric metric, List<String> labelValues, double value);

  /** Observes a value in seconds, {@code times} times. */
  void observe(HistogramMetric metric, List<String> labelValues, double seconds, int times);
}
