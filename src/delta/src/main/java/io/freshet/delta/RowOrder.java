package io.freshet.delta;

import java.util.Comparator;
import java.util.OptionalInt;

/**
 * Says which of the values of two rows of one commit is the newer, by the order column alone; all
 * are equal where there is none.
 */
public record RowOrder(OptionalInt column) implements Comparator<Object[]> {
  /** The order of a feed's rows. */
  public static RowOrder of(ChangeFeed feed) {
    return new RowOrder(
        feed.orderColumn().isEmpty()
            ? OptionalInt.empty()
            : OptionalInt.of(feed.columns().indexOf(feed.orderColumn())));
  }

  @Override
  public int compare(Object[] a, Object[] b) {
    return column.isEmpty() ? 0 : compareValues(a[column.getAsInt()], b[column.getAsInt()]);
  }

  /** Null comes first. The values are of one column, so of one comparable type. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  private static int compareValues(Object a, Object b) {
    if (a == null || b == null) {
      return Boolean.compare(a != null, b != null);
    }
    return ((Comparable) a).compareTo(b);
  }
}
