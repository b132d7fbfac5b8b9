/**
 * Freshet's metrics in Prometheus: a {@link io.freshet.changes.metrics.MetricSink} that keeps them
 * in a registry of this JVM, and a reporter that pushes them to a Pushgateway.
 */
package io.freshet.prometheus;
