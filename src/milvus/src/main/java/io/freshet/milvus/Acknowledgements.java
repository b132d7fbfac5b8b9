package io.freshet.milvus;

import io.freshet.changes.Change;
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

  /**
   * The rows of {@code updates} are in the collection; their request took {@code took}. What is not
   * a followed commit says nothing of how fast commits are followed.
   */
  void written(List<VectorUpdate> updates, Duration took) {
    Instant now = time.now();
    PipelineMetrics.INSERT_LATENCY.observe(took);
    Map<Instant, Integer> commits = new HashMap<>();
    List<Change> followed =
        updates.stream()
            .map(VectorUpdate::change)
            .filter(change -> !change.commitTimestamp().equals(Change.NO_COMMIT))
            .toList();
    for (Change change : followed) {
      commits.merge(change.commitTimestamp(), 1, Integer::sum);
    }
    commits.forEach(
        (commit, rows) -> PipelineMetrics.COMMIT_LATENCY.observe(since(commit, now), rows));
    followed.stream()
        .filter(change -> change.gone().isEmpty()) // Else it is an old row, left by a delete.
        .map(Change::eventTime)
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
