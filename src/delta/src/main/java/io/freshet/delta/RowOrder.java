package io.freshet.delta;

import io.freshet.changes.DeltaTypes;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.delta.table.TableSchema;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import org.apache.beam.sdk.schemas.Schema.FieldType;

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

  /**
   * Refuses columns whose values have no order.
   *
   * @param table in whose words the types are told
   */
  static void requireOrderTypes(ChangeFeed feed, TableSchema table) {
    requireOrderType("order column", "--orderColumn", feed.orderColumn(), table);
    requireOrderType("event time column", "--eventTimeColumn", feed.eventTimeColumn(), table);
  }

  private static void requireOrderType(
      String what, String option, String column, TableSchema table) {
    if (column.isEmpty()) {
      return;
    }
    FieldType type = table.project(List.of(column)).getField(0).getType();
    if (!hasOrder(type)) {
      throw new FreshetException(
          FailureCategory.SCHEMA,
          "The %s '%s' has the type %s, whose values have no order; it can be a string, a number, a boolean, a date or a timestamp (%s)"
              .formatted(what, column, DeltaTypes.nameOf(type), option));
    }
  }

  /** Whether rows can be ordered by values of that type. */
  public static boolean hasOrder(FieldType type) {
    return switch (type.getTypeName()) {
      case STRING, INT64, INT32, INT16, BYTE, FLOAT, DOUBLE, BOOLEAN, DECIMAL, DATETIME -> true;
      case LOGICAL_TYPE -> true; // Of columns: decimals, dates and timestamps.
      case BYTES, ARRAY, ITERABLE, MAP, ROW -> false;
    };
  }

  @Override
  public int compare(Object[] a, Object[] b) {
    return column.isEmpty() ? 0 : compareValues(a[column.getAsInt()], b[column.getAsInt()]);
  }

  /** Null comes first. The values are of one column, whose type {@link #hasOrder}. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  private static int compareValues(Object a, Object b) {
    if (a == null || b == null) {
      return Boolean.compare(a != null, b != null);
    }
    return ((Comparable) a).compareTo(b);
  }
}
