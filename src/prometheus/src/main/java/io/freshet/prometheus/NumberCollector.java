package io.freshet.prometheus;

import io.freshet.changes.metrics.CounterMetric;
import io.freshet.changes.metrics.GaugeMetric;
import io.freshet.changes.metrics.Metric;
import java.util.List;

/** Counters and gauges: one number a series. */
final class NumberCollector extends SeriesCollector<NumberCollector.Value> {
  private NumberCollector(Metric metric, Type type) {
    super(metric, type, Value::new);
  }

  static NumberCollector of(CounterMetric metric) {
    return new NumberCollector(metric, Type.COUNTER);
  }

  static NumberCollector of(GaugeMetric metric) {
    return new NumberCollector(metric, Type.GAUGE);
  }

  @Override
  void addSamples(Value series, List<String> labelValues, List<MetricFamilySamples.Sample> to) {
    to.add(sample("", labelNames(), labelValues, series.value()));
  }

  /** A number that many threads change; sums of whole numbers below 2^53 are exact. */
  static final class Value {
    private double value;

    synchronized void add(double n) {
      value += n;
    }

    synchronized void set(double newValue) {
      value = newValue;
    }

    synchronized double value() {
      return value;
    }
  }
}
