package io.freshet.prometheus;

import io.freshet.changes.metrics.HistogramMetric;
import java.util.ArrayList;
import java.util.List;

/** Histograms. Any number of observations of one value costs the same. */
final class HistogramCollector extends SeriesCollector<HistogramCollector.Histogram> {
  private final double[] bounds;
  private final List<String> bucketLabelNames;

  HistogramCollector(HistogramMetric metric) {
    super(metric, Type.HISTOGRAM, () -> new Histogram(bounds(metric)));
    bounds = bounds(metric);
    bucketLabelNames = with(metric.labelNames(), "le");
  }

  private static double[] bounds(HistogramMetric metric) {
    List<Double> bounds = with(metric.buckets(), Double.POSITIVE_INFINITY);
    return bounds.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static <T> List<T> with(List<T> list, T last) {
    List<T> longer = new ArrayList<>(list);
    longer.add(last);
    return longer;
  }

  @Override
  void addSamples(
      Histogram histogram, List<String> labelValues, List<MetricFamilySamples.Sample> to) {
    Snapshot snapshot = histogram.snapshot();
    double cumulative = 0;
    for (int i = 0; i < bounds.length; i++) {
      cumulative += snapshot.counts().get(i);
      List<String> values = with(labelValues, doubleToGoString(bounds[i]));
      to.add(sample("_bucket", bucketLabelNames, values, cumulative));
    }
    to.add(sample("_count", labelNames(), labelValues, cumulative));
    to.add(sample("_sum", labelNames(), labelValues, snapshot.sum()));
  }

  /** One distribution. */
  static final class Histogram {
    private final double[] bounds;
    private final long[] counts;
    private double sum;

    private Histogram(double[] bounds) {
      this.bounds = bounds;
      this.counts = new long[bounds.length];
    }

    synchronized void observe(double seconds, int times) {
      int bucket = 0;
      while (seconds > bounds[bucket]) {
        bucket++;
      }
      counts[bucket] += times;
      sum += seconds * times;
    }

    private synchronized Snapshot snapshot() {
      List<Long> copy = new ArrayList<>(counts.length);
      for (long count : counts) {
        copy.add(count);
      }
      return new Snapshot(copy, sum);
    }
  }

  private record Snapshot(List<Long> counts, double sum) {}
}
