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
   * Whether {@link #plan} would find a slice, asked far more often than that while there is none.
   *
   * @throws io.freshet.changes.FreshetException as {@link #plan} does
   */
  default boolean hasMore(Cursor from) {
    return plan(from, 1).isPresent();
  }
}
