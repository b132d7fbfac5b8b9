package io.freshet.delta;

/** What the key column says of a row. */
public enum Keys {
  /**
   * Many rows may share a key, whose state is its newest row. A row that goes away does not take
   * its key with it: the table is asked whether another row is left.
   */
  EVENTS,
  /** The key identifies a row: when the row goes, so does the key. */
  UNIQUE
}
