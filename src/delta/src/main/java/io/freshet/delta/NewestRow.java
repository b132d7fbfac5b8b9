package io.freshet.delta;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The newest of the rows that a table holds of one key. A row whose commit the log tells only
 * roughly counts as long as it can be the newest; of those that can, the order column decides, then
 * the commit that it is of at the latest, then the place. Rows come in the order of the snapshot.
 */
final class NewestRow {
  private final RowOrder order;
  private final Comparator<Row> withinVersions;
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

  NewestRow(RowOrder order) {
    this.order = order;
    this.withinVersions =
        Comparator.comparing(Row::values, order)
            .thenComparingLong(row -> row.date().to())
            .thenComparingLong(row -> row.date().from())
            .thenComparingInt(row -> row.date().unit())
            .thenComparingLong(row -> row.date().placed() ? row.date().row() : 0);
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
    Row newer = withinVersions.compare(known, next) > 0 ? known : next;
    return isCertain(known, next) ? newer : newer.doubted();
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
    return newestOf.values().stream()
        .reduce((known, next) -> withinVersions.compare(known, next) > 0 ? known : next)
        .orElseThrow()
        .values();
  }
}
