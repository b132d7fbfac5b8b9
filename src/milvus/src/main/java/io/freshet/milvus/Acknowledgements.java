package io.freshet.milvus;

import io.freshet.changes.Time;
import io.freshet.changes.VectorUpdate;
import io.freshet.changes.metrics.PipelineMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns what Milvus acknowledged into metrics. */
final class Acknowledgements {
  private final Time time;

  Acknowledgements(Time time) {
    this.time = time;
  }

  /** The rows of {@code updates} are in the collection; their request took {@code took}. */
  void written(List<VectorUpdate> updates, Duration took) {
    Instant now = time.now();
    PipelineMetrics.INSERT_LATENCY.observe(took);
    Map<Instant, Integer> commits = new HashMap<>();
    for (VectorUpdate update : updates) {
      commits.merge(update.change().commitTimestamp(), 1, Integer::sum);
    }
    commits.forEach(
        (commit, rows) -> PipelineMetrics.COMMIT_LATENCY.observe(since(commit, now), rows));
    updates.stream()
        .map(update -> update.change().eventTime())
        .flatMap(Optional::stream)
        .max(Comparator.naturalOrder())
        .ifPresent(newest -> PipelineMetrics.DATA_LATENCY.set(since(newest, now).toMillis() / 1e3));
    succeeded(now);
  }

  /** Keys are no longer in the collection. */
  void deleted() {
    succeeded(time.now());
  }

  private static void succeeded(Instant now) {
    PipelineMetrics.LAST_SUCCESSFUL_BATCH.set(now.toEpochMilli() / 1e3);
  }

  /** Not negative: clocks differ. */
  private static Duration since(Instant then, Instant now) {
    return now.isBefore(then) ? Duration.ZERO : Duration.between(then, now);
  }
}
