package io.freshet.uservectors;

import io.freshet.changes.Change;
import io.freshet.changes.ChangeType;
import io.freshet.changes.OptionAtFault;
import io.freshet.changes.Outcome;
import io.freshet.changes.Reject;
import java.util.List;
import java.util.Optional;
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
  public void process(@Element Change change, MultiOutputReceiver output) {
    check
        .reasonToSkip(change.key())
        .ifPresentOrElse(
            reason ->
                output
                    .get(FilterChanges.OUTCOMES)
                    .output(
                        new Outcome.Skipped(
                            change.lease(),
                            List.of(change.number()),
                            reason,
                            change.position().text(),
                            reject(change))),
            () -> output.get(FilterChanges.VALID).output(change));
  }

  /** A delete of a key that cannot be stored loses nothing. */
  private static Optional<Reject> reject(Change change) {
    return change.type() == ChangeType.DELETE
        ? Optional.empty()
        : Optional.of(Reject.of(change, OptionAtFault.KEY_COLUMN));
  }
}
