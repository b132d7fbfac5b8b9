package io.freshet.delta;

import java.util.Comparator;
import java.util.OptionalInt;

/**
 * Says which of the values of two rows of one commit is the newer, by one column alone; all are
 * equal where there is none.
 */
public record RowOrder(OptionalInt column) implements Comparator<Object[]> {
  /** The order of a feed's rows. */
  public static RowOrder of(ChangeFeed feed) {
    return by(feed.orderColumn(), feed);
  }

  /** By the time of the event; all are equal if the feed has no such column. */
  static RowOrder ofEventTime(ChangeFeed feed) {
    return by(feed.eventTimeColumn(), feed);
  }

  private static RowOrder by(String column, ChangeFeed feed) {
    int index = column.isEmpty() ? -1 : feed.columns().indexOf(column);
    return new RowOrder(index < 0 ? OptionalInt.empty() : OptionalInt.of(index));
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
