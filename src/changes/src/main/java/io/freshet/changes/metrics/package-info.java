/**
 * Freshet's metrics, defined once: each is counted through Beam's Metrics API and handed to every
 * {@link io.freshet.changes.metrics.MetricSink} on the class path, so that a module need not know
 * where its numbers go.
 */
package io.freshet.changes.metrics;
