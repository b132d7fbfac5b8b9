package io.freshet.delta;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The newest of the rows that a table holds of one key. A row whose commit the log tells only
 * roughly counts as long as it can be the newest; of those that can, the order column decides, then
 * the event time, then the commit that it is of at the latest, then the place. Rows come in the
 * order of the snapshot.
 */
final class NewestRow {
  private static final Comparator<RowDate> BY_DATE =
      Comparator.comparingLong(RowDate::to)
          .thenComparingLong(RowDate::from)
          .thenComparingInt(RowDate::unit)
          .thenComparingLong(date -> date.placed() ? date.row() : 0);

  private final RowOrder order;
  private final RowOrder eventTime;
  private final Map<Versions, Row> newestOf = new LinkedHashMap<>(2);
  private long latestFrom = Long.MIN_VALUE;

  /** From which version to which a row can be. */
  private record Versions(long from, long to) {}

  /**
   * @param certain whether it is newer than every row that it was preferred to, rather than likely
   *     so
   */
  private record Row(RowValues content, RowDate date, boolean certain) {
    Object[] values() {
      return content.values();
    }

    Row doubted() {
      return new Row(content, date, false);
    }
  }

  /**
   * None yet.
   *
   * @param order tells rows of one commit apart
   * @param eventTime tells rows apart of which the log does not say which was written first
   */
  NewestRow(RowOrder order, RowOrder eventTime) {
    this.order = order;
    this.eventTime = eventTime;
  }

  void add(Object[] values, RowDate date) {
    add(new Row(new RowValues(values), date, true));
  }

  /** Adds the rows of a later file. */
  void addAll(NewestRow later) {
    later.newestOf.values().forEach(this::add);
  }

  private void add(Row row) {
    if (row.date().to() < latestFrom) {
      return;
    }
    if (row.date().from() > latestFrom) {
      latestFrom = row.date().from();
      newestOf.keySet().removeIf(versions -> versions.to() < latestFrom);
    }
    newestOf.merge(new Versions(row.date().from(), row.date().to()), row, this::newer);
  }

  private Row newer(Row known, Row next) {
    Row newer = likelier(known, next);
    return isCertain(known, next) ? newer : newer.doubted();
  }

  private Row likelier(Row known, Row next) {
    int compared = order.compare(known.values(), next.values());
    if (compared == 0 && !(known.date().placed() && next.date().placed())) {
      compared = eventTime.compare(known.values(), next.values());
    }
    if (compared == 0) {
      compared = BY_DATE.compare(known.date(), next.date());
    }
    return compared > 0 ? known : next;
  }

  /**
   * Of one commit, and told apart by the order column or by their places; or one like the other.
   */
  private boolean isCertain(Row known, Row next) {
    boolean ofOneCommit = known.date().from() == known.date().to();
    boolean apart =
        order.compare(known.values(), next.values()) != 0
            || (known.date().placed() && next.date().placed());
    return (ofOneCommit && apart) || known.content().equals(next.content());
  }

  /** Whether the newest row is that for certain: the log and the order column leave no other. */
  boolean isCertain() {
    return newestOf.size() == 1 && newestOf.values().iterator().next().certain();
  }

  /** The values of the newest row; there must be one. */
  Object[] values() {
    return newestOf.values().stream().reduce(this::likelier).orElseThrow().values();
  }
}
