package io.freshet.changes;

import java.io.Serializable;

/**
 * A run of consecutive changes that is written as one unit of progress: whole commits, or a part of
 * one commit or snapshot that is too big.
 *
 * @param snapshot whether the rows are those of the table at version {@code from.version()} rather
 *     than changes
 * @param from the first position, inclusive
 * @param to the position after the last, exclusive; at the start of a version unless the slice cuts
 *     a commit
 */
public record Slice(boolean snapshot, Position from, Position to) implements Serializable {
  public Slice {
    if (from.compareTo(to) >= 0) {
      throw new IllegalArgumentException("Empty slice " + from + " to " + to);
    }
  }

  /** The last commit version that the slice has rows of. */
  public long lastVersion() {
    return to.isStartOfVersion() ? to.version() - 1 : to.version();
  }
}
