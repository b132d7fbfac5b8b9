package io.freshet.uservectors.verify;

import org.apache.beam.sdk.metrics.BoundedTrie;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Distribution;
import org.apache.beam.sdk.metrics.Gauge;
import org.apache.beam.sdk.metrics.MetricName;
import org.apache.beam.sdk.metrics.MetricsContainer;
import org.apache.beam.sdk.metrics.NoOpCounter;
import org.apache.beam.sdk.metrics.StringSet;

/** Takes the metrics of code that was made for a pipeline where there is none. */
final class NoMetrics implements MetricsContainer {
  private static final long serialVersionUID = 1;

  @Override
  public Counter getCounter(MetricName name) {
    return NoOpCounter.getInstance();
  }

  @Override
  public Distribution getDistribution(MetricName name) {
    return new Distribution() {
      @Override
      public void update(long value) {}

      @Override
      public void update(long sum, long count, long min, long max) {}

      @Override
      public MetricName getName() {
        return name;
      }
    };
  }

  @Override
  public Gauge getGauge(MetricName name) {
    return new Gauge() {
      @Override
      public void set(long value) {}

      @Override
      public MetricName getName() {
        return name;
      }
    };
  }

  @Override
  public StringSet getStringSet(MetricName name) {
    return new StringSet() {
      @Override
      public void add(String value) {}

      @Override
      public void add(String... values) {}

      @Override
      public MetricName getName() {
        return name;
      }
    };
  }

  @Override
  public BoundedTrie getBoundedTrie(MetricName name) {
    return new BoundedTrie() {
      @Override
      public void add(Iterable<String> values) {}

      @Override
      public void add(String... values) {}

      @Override
      public MetricName getName() {
        return name;
      }
    };
  }
}
