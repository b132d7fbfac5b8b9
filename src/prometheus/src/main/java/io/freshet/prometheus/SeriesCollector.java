package io.freshet.prometheus;

import io.freshet.changes.metrics.Metric;
import io.prometheus.client.Collector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The series of one metric, by their label values. The client library's own collectors are not
 * used: its histogram takes one observation a call, and its counter adds a {@code _created} series.
 */
abstract class SeriesCollector<S> extends Collector {
  private final Metric metric;
  private final Type type;
  private final Supplier<S> newSeries;
  private final Map<List<String>, S> series = new ConcurrentHashMap<>();

  SeriesCollector(Metric metric, Type type, Supplier<S> newSeries) {
    this.metric = metric;
    this.type = type;
    this.newSeries = newSeries;
  }

  final S series(List<String> labelValues) {
    S found = series.get(labelValues);
    if (found != null) {
      return found;
    }
    if (labelValues.size() != metric.labelNames().size()) {
      throw new IllegalArgumentException(
          metric.name() + " has the labels " + metric.labelNames() + ", not " + labelValues);
    }
    return series.computeIfAbsent(List.copyOf(labelValues), values -> newSeries.get());
  }

  /** Appends the samples of one series. */
  abstract void addSamples(S series, List<String> labelValues, List<MetricFamilySamples.Sample> to);

  final MetricFamilySamples.Sample sample(
      String suffix, List<String> labelNames, List<String> labelValues, double value) {
    return new MetricFamilySamples.Sample(metric.name() + suffix, labelNames, labelValues, value);
  }

  final List<String> labelNames() {
    return metric.labelNames();
  }

  @Override
  public final List<MetricFamilySamples> collect() {
    List<MetricFamilySamples.Sample> samples = new ArrayList<>();
    series.forEach((labelValues, one) -> addSamples(one, labelValues, samples));
    return List.of(new MetricFamilySamples(metric.name(), type, metric.help(), samples));
  }
}
