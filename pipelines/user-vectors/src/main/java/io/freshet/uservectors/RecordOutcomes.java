package io.freshet.uservectors;

import io.freshet.changes.FreshetException;
import io.freshet.changes.Outcome;
import io.freshet.changes.Time;
import io.freshet.changes.metrics.PipelineMetrics;
import io.freshet.ledger.Ledger;
import io.freshet.ledger.LedgerAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.beam.sdk.transforms.DoFn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records the outcomes of a bundle in the ledger. */
final class RecordOutcomes extends DoFn<Outcome, Void> {
  private static final Logger LOG = LoggerFactory.getLogger(RecordOutcomes.class);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final LedgerAddress ledger;
  private final Reporting reporting;
  private transient List<Outcome> outcomes;

  RecordOutcomes(LedgerAddress ledger, Reporting reporting) {
    this.ledger = ledger;
    this.reporting = reporting;
  }

  @Setup
  public void setUp() {
    reporting.start();
  }

  @StartBundle
  public void start() {
    outcomes = new ArrayList<>();
  }

  @ProcessElement
  public void process(@Element Outcome outcome) {
    outcomes.add(outcome);
  }

  @FinishBundle
  public void finish() {
    if (outcomes.isEmpty()) {
      return;
    }
    while (!recorded()) {
      if (outcomes.stream().allMatch(outcome -> outcome.lease().isOver(Time.SYSTEM))) {
        LOG.warn(
            "The outcomes of {} batches are not recorded; they are tried again", outcomes.size());
        return;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    outcomes.forEach(RecordOutcomes::count);
  }

  private boolean recorded() {
    try {
      Ledger.at(ledger).outcomes().record(outcomes);
      return true;
    } catch (FreshetException e) {
      LOG.warn("Outcomes cannot be recorded now: {}", e.getMessage());
      return false;
    }
  }

  private static void count(Outcome outcome) {
    if (outcome instanceof Outcome.Written) {
      PipelineMetrics.RECORDS_PROCESSED.add(outcome.numbers().size(), "success");
    } else if (outcome instanceof Outcome.Deleted) {
      PipelineMetrics.RECORDS_PROCESSED.add(outcome.numbers().size(), "deleted");
    } else if (outcome instanceof Outcome.Skipped) {
      PipelineMetrics.RECORDS_PROCESSED.add(outcome.numbers().size(), "skipped");
    }
  }
}
