package io.freshet.changes.metrics;

import java.time.Duration;
import java.util.List;
import org.apache.beam.sdk.metrics.Metrics;

/**
 * A distribution of durations, in seconds. In Beam it is a distribution in milliseconds.
 *
 * @param buckets upper bounds in seconds, ascending, without the infinite one
 */
public record HistogramMetric(
    String name, String help, List<String> labelNames, List<Double> buckets) implements Metric {
  public HistogramMetric {
    labelNames = List.copyOf(labelNames);
    buckets = List.copyOf(buckets);
  }

  /** Observes one duration. */
  public void observe(Duration duration, String... labelValues) {
    observe(duration, 1, labelValues);
  }

  /** Observes {@code times} occurrences of one duration: the rows of one request, say. */
  public void observe(Duration duration, int times, String... labelValues) {
    List<String> labels = List.of(labelValues);
    // Not by toNanos(), which fails beyond 292 years: a table's times may be anything.
    double seconds = duration.toSeconds() + duration.toNanosPart() / 1e9;
    long millis = duration.toMillis();
    Metrics.distribution(MetricSinks.BEAM_NAMESPACE, beamName(labels))
        .update(millis * times, times, millis, millis);
    MetricSinks.all().forEach(sink -> sink.observe(this, labels, seconds, times));
  }
}
