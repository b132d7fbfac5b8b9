package io.freshet.uservectors.cli;

import io.freshet.changes.metrics.PipelineMetrics;
import io.freshet.ledger.LedgerStatus;
import io.freshet.ledger.OutcomeTotals;
import io.freshet.prometheus.PipelineSeries;
import io.freshet.prometheus.PushgatewayReporter;
import io.freshet.uservectors.Reporting;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The whole pipeline's own series, as the ledger has it: whatever restarts, its counts are exact.
 */
final class PipelineGauges {
  private final PipelineSeries series = new PipelineSeries();
  private final Optional<PushgatewayReporter> reporter;

  PipelineGauges(Reporting reporting) {
    this.reporter = reporting.start();
  }

  void set(LedgerStatus status, long latestVersion, Duration historyLeft) {
    OutcomeTotals totals = status.totals();
    series.set(PipelineMetrics.RECORDS_PROCESSED, (double) totals.written(), "success");
    series.set(PipelineMetrics.RECORDS_PROCESSED, (double) totals.deleted(), "deleted");
    series.set(PipelineMetrics.RECORDS_PROCESSED, (double) totals.skippedTotal(), "skipped");
    series.set(PipelineMetrics.RECORDS_PROCESSED, 0, "failure"); // No dead letters yet.
    long behind = ProgressLine.commitsBehind(status, latestVersion);
    series.set(PipelineMetrics.COMMITS_BEHIND, (double) behind);
    series.set(PipelineMetrics.HISTORY_SECONDS_LEFT, historyLeft.toMillis() / 1e3);
    Optional<Instant> success =
        behind == 0 && status.inFlight().isEmpty()
            ? Optional.of(Instant.now())
            : status.lastDoneAt();
    success.ifPresent(
        at -> series.set(PipelineMetrics.LAST_SUCCESSFUL_BATCH, at.toEpochMilli() / 1e3));
    reporter.ifPresent(r -> r.report(series));
  }

  /** Pushes a last time; takes 2 s at most. */
  void pushNow() {
    reporter.ifPresent(PushgatewayReporter::pushNow);
  }
}
