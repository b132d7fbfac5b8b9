package io.freshet.changes;

import java.io.Serializable;
import java.util.Comparator;

/**
 * A place in a table's history. Positions are ordered by commit version, then by unit, then by row.
 *
 * @param version the commit version, or the version of the snapshot that is read
 * @param unit the ordinal of a unit of reading (a data file, as a rule) within the commit or
 *     snapshot, from 0
 * @param row the ordinal of a row in the unit, from 0
 */
public record Position(long version, int unit, long row)
    implements Comparable<Position>, Serializable {

  private static final Comparator<Position> ORDER =
      Comparator.comparingLong(Position::version)
          .thenComparingInt(Position::unit)
          .thenComparingLong(Position::row);

  /** The position before the first row of {@code version}. */
  public static Position startOf(long version) {
    return new Position(version, 0, 0);
  }

  /** Whether this is the position before the first row of its version. */
  public boolean isStartOfVersion() {
    return unit == 0 && row == 0;
  }

  /** Where it is, for people. */
  public String text() {
    return "row " + row + " of file " + unit + " of version " + version;
  }

  @Override
  public int compareTo(Position other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return version + ":" + unit + ":" + row;
  }
}
