package io.freshet.delta.table;

import java.util.Optional;

/**
 * Which rows of a file count, by deletion vectors.
 *
 * @param among if present, no other rows than these count
 * @param without these do not count
 * @param source the table whose deletion vectors these are: they may be relative to it
 */
public record RowSelection(
    Optional<DeletionVector> among, Optional<DeletionVector> without, String source) {
  private static final RowSelection ALL = new RowSelection(Optional.empty(), Optional.empty(), "");

  /** All rows. */
  static RowSelection all() {
    return ALL;
  }

  /** All rows but those of a deletion vector, if there is one. */
  static RowSelection without(Optional<DeletionVector> deleted, String table) {
    return deleted.isEmpty() ? ALL : new RowSelection(Optional.empty(), deleted, table);
  }

  boolean isAll() {
    return among.isEmpty() && without.isEmpty();
  }
}
