package io.freshet.delta;

import java.util.List;

/**
 * What shall become of one key.
 *
 * @param row the row whose vector the key shall have; of a deleted key a row that is gone, of the
 *     type {@code DELETE}
 * @param gone the values of rows that the table has no longer, if the row counts only in place of
 *     one of these; see {@link io.freshet.changes.Change#gone()}
 */
record KeyChange(ReadRow row, List<Object[]> gone) {
  KeyChange(ReadRow row) {
    this(row, List.of());
  }
}
