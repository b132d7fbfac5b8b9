package io.freshet.ledger;

import io.freshet.changes.Slice;
import java.util.Optional;

/** Cuts the table's history into slices. */
public interface SlicePlanner {
  /**
   * The next slice from {@code from}; empty if there is nothing new.
   *
   * @param maxRows about how many rows it may have, at least 1
   * @throws io.freshet.changes.FreshetException if the table cannot be followed from there
   */
  Optional<Slice> plan(Cursor from, long maxRows);

  /**
   * The same, of the table that is done up to {@code from}.
   *
   * @param after the last commit before {@code from}, as it was when it was read: where the table
   *     has another, nothing is planned
   */
  default Optional<PlannedSlice> plan(Cursor from, Anchor after, long maxRows) {
    return plan(from, maxRows).map(slice -> new PlannedSlice(slice, ""));
  }

  /**
   * Whether the table still has the commits that a slice was cut of.
   *
   * @throws io.freshet.changes.FreshetException if another table is there, or none
   */
  default boolean isStillOf(PlannedSlice planned, Anchor after) {
    return true;
  }

  /**
   * Whether {@link #plan} would find a slice, asked far more often than that while there is none.
   *
   * @throws io.freshet.changes.FreshetException as {@link #plan} does
   */
  default boolean hasMore(Cursor from) {
    return plan(from, 1).isPresent();
  }
}
