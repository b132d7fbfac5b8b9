package io.freshet.milvus;

import io.freshet.changes.metrics.CounterMetric;
import io.freshet.changes.metrics.GaugeMetric;
import io.freshet.changes.metrics.HistogramMetric;
import io.freshet.changes.metrics.Metric;
import io.freshet.changes.metrics.MetricSink;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Keeps what the metrics of this JVM were given. */
public final class RecordedMetrics implements MetricSink {
  private static final Queue<Event> EVENTS = new ConcurrentLinkedQueue<>();

  record Event(Metric metric, List<String> labels, double value, long times) {}

  static void clear() {
    EVENTS.clear();
  }

  static List<Event> of(Metric metric) {
    return EVENTS.stream().filter(event -> event.metric().equals(metric)).toList();
  }

  @Override
  public void add(CounterMetric metric, List<String> labelValues, long n) {
    EVENTS.add(new Event(metric, labelValues, n, 1));
  }

  @Override
  public void set(GaugeMetric metric, List<String> labelValues, double value) {
    EVENTS.add(new Event(metric, labelValues, value, 1));
  }

  @Override
  public void observe(HistogramMetric metric, List<String> labelValues, double seconds, int times) {
    EVENTS.add(new Event(metric, labelValues, seconds, times));
  }
}
