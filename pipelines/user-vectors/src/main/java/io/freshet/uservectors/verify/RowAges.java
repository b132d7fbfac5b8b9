package io.freshet.uservectors.verify;

import io.freshet.delta.ChangeFeed;
import io.freshet.delta.RowOrder;
import java.util.Comparator;
import java.util.OptionalInt;

/**
 * Says which of two rows of one key is the newer.
 *
 * @param age by version, then by the order column, then by place; right for rows of known versions
 * @param likeliest for rows that may be of the same versions: by the order column, then by the time
 *     of the event, then by {@code age}
 */
record RowAges(Comparator<TableRow> age, Comparator<TableRow> likeliest) {
  /**
   * The ages of a feed's rows.
   *
   * @param withColumns whether the rows have their columns; if not, versions and places decide
   *     alone
   */
  static RowAges of(ChangeFeed feed, boolean withColumns) {
    Comparator<TableRow> order = columns(RowOrder.of(feed), withColumns);
    Comparator<TableRow> eventTime =
        columns(
            new RowOrder(
                feed.eventTimeColumn().isEmpty()
                    ? OptionalInt.empty()
                    : OptionalInt.of(feed.columns().indexOf(feed.eventTimeColumn()))),
            withColumns);
    Comparator<TableRow> age =
        Comparator.<TableRow>comparingLong(row -> row.date().to())
            .thenComparingLong(row -> row.date().from())
            .thenComparing(order)
            .thenComparingInt(row -> row.date().unit())
            .thenComparingLong(row -> row.date().row());
    return new RowAges(age, order.thenComparing(eventTime).thenComparing(age));
  }

  private static Comparator<TableRow> columns(RowOrder order, boolean withColumns) {
    RowOrder known = withColumns ? order : new RowOrder(OptionalInt.empty());
    return Comparator.comparing(row -> row.row().getValues().toArray(), known);
  }
}
