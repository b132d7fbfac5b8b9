package io.freshet.delta.table;

import io.freshet.changes.ChangeType;

/** Takes the rows of a unit, one after the other. */
@FunctionalInterface
public interface RowSink {
  /**
   * Takes one row.
   *
   * @param ordinal the row's place in its file, from 0
   * @param type what happened to the row
   * @param values the values in the order of the projection, as {@code Row.attachValues} takes
   *     them; the array belongs to the sink
   */
  void row(long ordinal, ChangeType type, Object[] values);
}
