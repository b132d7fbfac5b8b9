package io.freshet.delta;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the table has left of some keys: of each the newest row, and which rows of the slice are
 * among what is left. Rows come in the order of the snapshot.
 */
final class LeftRows {
  private final Map<String, Set<RowValues>> sought;
  private final RowOrder order;
  private final RowOrder eventTime;
  private final Map<String, NewestRow> newest = new HashMap<>();
  private final Map<String, Set<RowValues>> found = new HashMap<>();

  /**
   * Nothing yet.
   *
   * @param sought the keys, and of each the rows of the slice
   * @param feed says how rows are ordered
   */
  LeftRows(Map<String, Set<RowValues>> sought, ChangeFeed feed) {
    this.sought = sought;
    this.order = RowOrder.of(feed);
    this.eventTime = RowOrder.ofEventTime(feed);
  }

  /** Adds a row of the table; {@code key} may be another than those sought. */
  void add(String key, Object[] values, RowDate date) {
    Set<RowValues> ofSlice = sought.get(key);
    if (ofSlice == null) {
      return;
    }
    newest.computeIfAbsent(key, k -> new NewestRow(order, eventTime)).add(values, date);
    if (!ofSlice.isEmpty()) {
      RowValues row = new RowValues(values);
      if (ofSlice.contains(row)) {
        found.computeIfAbsent(key, k -> new HashSet<>()).add(row);
      }
    }
  }

  /** Adds what a later file of the snapshot has. */
  void addAll(LeftRows later) {
    later.newest.forEach(
        (key, rows) ->
            newest.computeIfAbsent(key, k -> new NewestRow(order, eventTime)).addAll(rows));
    later.found.forEach(
        (key, rows) -> found.computeIfAbsent(key, k -> new HashSet<>()).addAll(rows));
  }

  /** Whether any row of the key is left. */
  boolean has(String key) {
    return newest.containsKey(key);
  }

  /** The newest row of a key that is left. */
  Object[] newest(String key) {
    return newest.get(key).values();
  }

  /** Whether that is the newest for certain, whatever the log does not tell. */
  boolean isCertain(String key) {
    return newest.get(key).isCertain();
  }

  /** Whether that row of the slice is left, or one that is equal to it. */
  boolean has(String key, ReadRow row) {
    return found.getOrDefault(key, Set.of()).contains(new RowValues(row.values()));
  }
}
