package io.freshet.changes.metrics;

import java.util.List;
import java.util.ServiceLoader;

/** The metric sinks on the class path. */
final class MetricSinks {
  static final String BEAM_NAMESPACE = "freshet";

  private static final List<MetricSink> ALL =
      ServiceLoader.load(MetricSink.class, MetricSinks.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .toList();

  private MetricSinks() {}

  static List<MetricSink> all() {
    return ALL;
  }
}
