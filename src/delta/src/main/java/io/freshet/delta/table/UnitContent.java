package io.freshet.delta.table;

import io.freshet.changes.ChangeType;

/**
 * What the rows of a unit are (Delta protocol, section <i>Change Data Files</i>). A change file is
 * two units, since a commit's new rows are read before its old ones.
 */
public enum UnitContent {
  /** Inserts: of an added file, or of a file of a snapshot. */
  INSERTED(false, false),
  /** Deletes: of a removed file. */
  DELETED(false, true),
  /** Of a change file, the rows that the table has after the commit. */
  CHANGED_TO(true, false),
  /** Of a change file, the rows that the table had before the commit. */
  CHANGED_FROM(true, true);

  private final boolean ofChangeFile;
  private final boolean old;

  UnitContent(boolean ofChangeFile, boolean old) {
    this.ofChangeFile = ofChangeFile;
    this.old = old;
  }

  /** Whether the unit is of a change file, which says the type of each row itself. */
  public boolean isOfChangeFile() {
    return ofChangeFile;
  }

  /** Whether the rows are those that the table had before the commit. */
  public boolean isOld() {
    return old;
  }

  /** Whether a row of that type belongs to the unit, if it is of a change file. */
  boolean has(ChangeType type) {
    return old == (type == ChangeType.DELETE || type == ChangeType.UPDATE_PREIMAGE);
  }

  /** The type of all rows of a unit that is not of a change file. */
  ChangeType onlyType() {
    if (ofChangeFile) {
      throw new IllegalStateException(this + " has rows of several types");
    }
    return old ? ChangeType.DELETE : ChangeType.INSERT;
  }
}
