package io.freshet.ledger;

import io.freshet.changes.SkipReason;
import java.util.BitSet;
import java.util.Set;

/**
 * Rows of one or more slices, and how many of them could not be written. Rows that need not be
 * written count in neither.
 *
 * @param rows all rows, those included that gave way to a newer one of their key
 * @param lost of these, rows that are not in the collection since they, or the newer one, could not
 *     be written
 * @param changes what was to be written or deleted: of a key one in a slice
 * @param rejected of these, those that could not be written
 */
record RejectTally(long rows, long lost, long changes, long rejected) {
  static final RejectTally NONE = new RejectTally(0, 0, 0, 0);

  private static final int FEWEST_KEYS = 10;

  private static final Set<String> WITHOUT_KEY =
      Set.of(SkipReason.NULL_KEY.label(), SkipReason.EMPTY_KEY.label());

  /** Those of a slice. */
  static RejectTally of(PlanOutcomes outcomes) {
    OutcomeTotals totals = outcomes.totals();
    long superseded = totals.skipped().getOrDefault(SkipReason.SUPERSEDED.label(), 0L);
    long withoutKey = 0;
    BitSet withKey = new BitSet();
    for (RejectedChanges.Example kind : outcomes.rejected()) {
      if (WITHOUT_KEY.contains(kind.reason())) {
        withoutKey += kind.count();
      } else {
        withKey.or(kind.numbers());
      }
    }
    // A row without a key, or with an empty one, gives way to none; of the others each stands for
    // those of its key.
    long keys = totals.written() + totals.deleted() + withKey.cardinality();
    long rows = keys + superseded;
    long lost =
        withKey.isEmpty() ? 0 : Math.round(outcomes.heavyChanges().rowsOf(withKey, keys, rows));
    return new RejectTally(
        rows + withoutKey,
        withoutKey + Math.min(rows, lost),
        keys + withoutKey,
        withKey.cardinality() + withoutKey);
  }

  RejectTally plus(RejectTally other) {
    return new RejectTally(
        rows + other.rows, lost + other.lost, changes + other.changes, rejected + other.rejected);
  }

  /** About as many rows of it, all alike. */
  RejectTally part(long wanted) {
    double part = (double) wanted / rows;
    return new RejectTally(
        wanted, Math.round(lost * part), Math.round(changes * part), Math.round(rejected * part));
  }

  /** The part of the rows that is lost. */
  double share() {
    return rows == 0 ? 0 : (double) lost / rows;
  }

  /**
   * Whether so many cannot be written that no row is at fault. What would have become of the rows
   * that gave way to a newer one is not known, so that a few keys with many rows are so many only
   * where nothing else was written.
   */
  boolean isTooMany(SliceLimits limits) {
    boolean few = rejected < FEWEST_KEYS && (rejected < changes || rejected == 1);
    return !few && limits.areTooMany(lost, share());
  }
}
