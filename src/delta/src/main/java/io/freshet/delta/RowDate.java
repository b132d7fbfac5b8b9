package io.freshet.delta;

/**
 * When a row of a table came to be as it is, as far as the log tells. A commit that rewrites a file
 * copies rows into the new one; those are older than the commit.
 *
 * @param from the first version that it can be of; -1 if that is not known
 * @param to the last version that it can be of
 * @param placed whether it is of exactly one version, with {@code unit} and {@code row} as its
 *     place in that
 * @param unit the unit of reading in that version
 * @param row the row in the unit
 * @param changedAt the version that may have changed the row rather than copied it, or {@link
 *     #COPIED}: it has if that commit's change files hold an equal row
 */
public record RowDate(long from, long to, boolean placed, int unit, long row, long changedAt) {
  /** {@link #changedAt} of a row that no change file tells of. */
  public static final long COPIED = -1;

  /** Of exactly one version, and its place in that. */
  static RowDate at(long version, int unit, long row) {
    return new RowDate(version, version, true, unit, row, COPIED);
  }
}
