package io.freshet.changes.metrics;

import java.util.List;

/** The metrics that dashboards and alerts rely on. */
public final class PipelineMetrics {
  /** Rows by outcome: success, failure, skipped, deleted. */
  public static final CounterMetric RECORDS_PROCESSED =
      new CounterMetric(
          "pipeline_records_processed_total",
          "Changes by outcome: success, failure, skipped or deleted.",
          List.of("status"));

  public static final GaugeMetric DATA_LATENCY =
      new GaugeMetric(
          "pipeline_data_latency_seconds",
          "From the event time of the newest row of the last batch to its being searchable.",
          List.of());

  public static final HistogramMetric COMMIT_LATENCY =
      new HistogramMetric(
          "pipeline_commit_latency_seconds",
          "From a row's commit to its being searchable.",
          List.of(),
          List.of(0.1, 0.25, 0.5, 1.0, 1.5, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0));

  public static final HistogramMetric INSERT_LATENCY =
      new HistogramMetric(
          "milvus_insert_latency_seconds",
          "Duration of one upsert request.",
          List.of(),
          List.of(0.01, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0));

  public static final HistogramMetric EMBEDDING_DURATION =
      new HistogramMetric(
          "embedding_generation_duration_seconds",
          "Time to embed one batch, a row of it.",
          List.of(),
          List.of(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5));

  public static final GaugeMetric LAST_SUCCESSFUL_BATCH =
      new GaugeMetric(
          "pipeline_last_successful_batch_timestamp_seconds",
          "When the last batch reached Milvus, or the pipeline last found itself caught up; Unix time.",
          List.of());

  public static final GaugeMetric COMMITS_BEHIND =
      new GaugeMetric(
          "pipeline_commits_behind", "Commits of the table that are not done yet.", List.of());

  public static final GaugeMetric HISTORY_SECONDS_LEFT =
      new GaugeMetric(
          "pipeline_history_seconds_left",
          "Until the next unread commit may be cleaned away or its files vacuumed; the retention if all is read.",
          List.of());

  public static final CounterMetric RETRIES =
      new CounterMetric(
          "pipeline_retries_total",
          "Requests that were tried again, by target and by what failed.",
          List.of("target", "category"));

  public static final GaugeMetric MILVUS_UP =
      new GaugeMetric(
          "pipeline_milvus_up", "1 if the last request to Milvus was answered, else 0.", List.of());

  private PipelineMetrics() {}
}
