package io.freshet.embedding;

import io.freshet.changes.metrics.CounterMetric;
import io.freshet.changes.metrics.GaugeMetric;
import io.freshet.changes.metrics.HistogramMetric;
import io.freshet.changes.metrics.MetricSink;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Remembers observations; registered for tests only. */
public final class RecordedMetrics implements MetricSink {
  static final Queue<Observation> OBSERVATIONS = new ConcurrentLinkedQueue<>();

  record Observation(String name, double seconds, int times) {}

  @Override
  public void add(CounterMetric metric, List<String> labelValues, long n) {}

  @Override
  public void set(GaugeMetric metric, List<String> labelValues, double value) {}

  @Override
  public void observe(HistogramMetric metric, List<String> labelValues, double seconds, int times) {
    OBSERVATIONS.add(new Observation(metric.name(), seconds, times));
  }
}
