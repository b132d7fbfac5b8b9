package io.freshet.ledger;

import io.freshet.changes.OptionAtFault;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * When so many rows of a slice cannot be written that no row is to blame, but an option or the
 * environment: then the slice is not recorded as done, and the pipeline stops.
 */
final class RejectRule {
  /** Of the first rows that are ever read, one vector of another length is enough. */
  static final int FIRST_ROWS = 10;

  private final SliceLimits limits;

  RejectRule(SliceLimits limits) {
    this.limits = limits;
  }

  /**
   * Why the slice must not be recorded.
   *
   * @param rowsBefore rows that the ledger knew of before it
   * @param after what would be recorded with it
   */
  Optional<String> reasonToStop(
      long rowsBefore, PlanOutcomes outcomes, RecentRejects after, long version) {
    List<RejectedChanges.Example> kinds = outcomes.rejected();
    if (kinds.isEmpty() || limits.maxRejects() >= 1) {
      return Optional.empty();
    }
    Optional<RejectedChanges.Example> otherLength =
        RejectedChanges.of(OptionAtFault.DIMENSION, kinds)
            .filter(example -> rowsBefore + example.number() < FIRST_ROWS);
    if (otherLength.isPresent()) {
      return Optional.of(ofFirstRows(otherLength.get()));
    }
    RejectTally slice = RejectTally.of(outcomes);
    boolean large = slice.rows() >= RecentRejects.ROWS;
    RejectTally looked = large ? slice : after.lastRows();
    return looked.isTooMany(limits)
        ? Optional.of(tooMany(slice, looked, large, kinds, version))
        : Optional.empty();
  }

  private static String ofFirstRows(RejectedChanges.Example example) {
    return String.format(
        Locale.ROOT,
        "One of the first %d rows has a vector whose length is not that of %s (%s). Nothing is recorded as done; %s. Where that row alone is wrong, start with --maxDeadLetterRatio=1, which leaves it out",
        FIRST_ROWS,
        example.option().option(),
        example.text(),
        example.option().wayOut());
  }

  private String tooMany(
      RejectTally slice,
      RejectTally looked,
      boolean large,
      List<RejectedChanges.Example> kinds,
      long version) {
    RejectedChanges.Example commonest = kinds.get(0);
    return String.format(
        Locale.ROOT,
        "%.0f%% of the %,d rows %s up to version %d cannot be written; of those in the slice, %.0f%% for %s, such as %s. So many are no row's fault but that of %s or the environment: %s. The slice is not recorded as done. Where such rows are to be left out, start with --maxDeadLetterRatio=1 (now %s)",
        100 * looked.share(),
        looked.rows(),
        large ? "of the slice" : "that were read last,",
        version,
        100.0 * commonest.count() / slice.rejected(),
        commonest.reason(),
        commonest.text(),
        commonest.option().option(),
        commonest.option().wayOut(),
        Double.toString(limits.maxRejects()));
  }
}
