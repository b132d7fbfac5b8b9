package io.freshet.ledger;

import io.freshet.changes.Position;

/**
 * How far the table's history is done: everything before {@code position}.
 *
 * @param snapshot whether the next rows are those of the snapshot at {@code position.version()}
 *     rather than its changes
 * @param position the first position that is not done
 */
public record Cursor(boolean snapshot, Position position) {
  /** The cursor before the changes of {@code version}. */
  public static Cursor changesFrom(long version) {
    return new Cursor(false, Position.startOf(version));
  }

  /** The cursor before the rows of the snapshot at {@code version}; its changes are not read. */
  public static Cursor snapshotAt(long version) {
    return new Cursor(true, Position.startOf(version));
  }
}
