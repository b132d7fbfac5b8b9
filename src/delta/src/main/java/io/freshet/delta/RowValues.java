package io.freshet.delta;

import java.util.Arrays;

/** The values of a row, equal to others if all of them are. */
@SuppressWarnings("ArrayRecordComponent") // Compared by its elements, below.
record RowValues(Object[] values) {
  @Override
  public boolean equals(Object other) {
    return other instanceof RowValues that && Arrays.deepEquals(values, that.values);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(values);
  }
}
