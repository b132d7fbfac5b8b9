package io.freshet.uservectors;

import io.freshet.changes.Change;
import org.apache.beam.sdk.transforms.DoFn;

/** Checks keys. */
final class FilterChangesFn extends DoFn<Change, Change> {
  private final int maxKeyBytes;
  private final Reporting reporting;
  private transient KeyCheck check;

  FilterChangesFn(int maxKeyBytes, Reporting reporting) {
    this.maxKeyBytes = maxKeyBytes;
    this.reporting = reporting;
  }

  @Setup
  public void setUp() {
    reporting.start();
    check = new KeyCheck(maxKeyBytes);
  }

  @ProcessElement
  public void process(@Element Change change, OutputReceiver<Change> output) {
    output.output(check.reasonToSkip(change.key()).map(change::withKeyFault).orElse(change));
  }
}
