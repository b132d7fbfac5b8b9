package io.freshet.uservectors.verify;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.ledger.SliceLimits;
import java.util.Locale;

/**
 * Rows of a table that cannot be written. Where they are too many, an option or the environment is
 * at fault: a collection that was mended then would lose good rows for the sake of bad ones.
 */
final class UnusableRows {
  private long rows;
  private long unusable;
  private String first = "";

  void addUsable() {
    rows++;
  }

  /** Adds one; {@code what} says what is wrong with it. */
  void addUnusable(String what) {
    if (unusable == 0) {
      first = what;
    }
    rows++;
    unusable++;
  }

  /** Throws if nothing may be mended under these limits. */
  void requireFew(SliceLimits limits) {
    if (limits.areTooMany(unusable, (double) unusable / Math.max(1, rows))) {
      throw new FreshetException(
          FailureCategory.TOO_MANY_REJECTS,
          String.format(
              Locale.ROOT,
              "%,d of the table's %,d rows that count cannot be written (%s); the collection is left as it is, since no row but an option is at fault. See --dimension, --vectorColumn and --keyColumn; or, where such rows are to be left out, set --maxDeadLetterRatio=1",
              unusable,
              rows,
              first));
    }
  }
}
