package io.freshet.ledger;

import io.freshet.changes.Slice;
import java.util.List;
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
   * Throws if commits that are done are no longer what was read of them. Asked at each poll; looks
   * a second after it was first asked for a commit, and now and then after that.
   *
   * @throws io.freshet.changes.FreshetException {@code COMMIT_CHANGED} if that has been seen for a
   *     while; {@code STORAGE_UNAVAILABLE} until then, or if it cannot be seen
   */
  default void requireAsRead(List<ReadCommit> done) {}

  /**
   * Whether a slice that was read is no longer what the table has, so that it must be read anew
   * before it counts as done.
   *
   * @param commits its commits as they were read
   * @param mayBeWritten whether changes of that reading may have been written; all of them must
   *     still be among the slice's
   * @throws io.freshet.changes.FreshetException {@code COMMIT_CHANGED} if they are not, and that
   *     has been seen for a while; else as {@link #requireAsRead}
   */
  default boolean mustBeReadAnew(Slice slice, List<ReadCommit> commits, boolean mayBeWritten) {
    return false;
  }

  /**
   * The same slice, of the commits as they are now.
   *
   * @throws io.freshet.changes.FreshetException if another table is there, or none
   */
  default PlannedSlice again(Slice slice, Anchor after) {
    return new PlannedSlice(slice, "");
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
