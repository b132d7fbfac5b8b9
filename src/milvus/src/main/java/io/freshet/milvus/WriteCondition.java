package io.freshet.milvus;

import io.freshet.changes.Change;
import io.freshet.changes.ChangeType;
import io.freshet.changes.VectorUpdate;
import java.util.Arrays;

/**
 * On what an update depends: Milvus has no conditional write, so the row that the collection holds
 * is read first. Nobody else writes the key meanwhile but another attempt of the same slice, which
 * writes the same.
 */
final class WriteCondition {
  private WriteCondition() {}

  /** Whether it depends on the row that the collection holds. */
  static boolean isOn(VectorUpdate update) {
    Change change = update.change();
    return change.type() == ChangeType.DELETE ? change.cut() : !change.gone().isEmpty();
  }

  /**
   * Whether {@code stored} gives way to the update: it must be older than the update's commit, and
   * for an upsert one of the rows that the table has no longer.
   */
  static boolean gives(VectorUpdate update, StoredRow stored) {
    Change change = update.change();
    return stored.commitVersion() < change.position().version()
        && (change.type() == ChangeType.DELETE
            || Arrays.stream(update.goneHashes()).anyMatch(hash -> hash == stored.rowHash()));
  }
}
