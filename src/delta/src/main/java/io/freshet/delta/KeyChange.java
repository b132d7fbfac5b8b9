package io.freshet.delta;

import java.util.List;

/**
 * What shall become of one key.
 *
 * @param row the row whose vector the key shall have; of a deleted key a row that is gone, of the
 *     type {@code DELETE}
 * @param gone the values of rows that the table has no longer, if the row counts only in place of
 *     one of these; see {@link io.freshet.changes.Change#gone()}
 * @param rows the rows of the slice that it stands for: that of the key, and those that gave way
 */
record KeyChange(ReadRow row, List<Object[]> gone, int rows) {
  KeyChange(ReadRow row, int rows) {
    this(row, List.of(), rows);
  }
}
