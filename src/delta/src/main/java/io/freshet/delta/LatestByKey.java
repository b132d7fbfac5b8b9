package io.freshet.delta;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Keeps the newest row of each key: by commit version, in a commit by the order column, then by
 * place. Rows without a key are all kept, since nothing says that they are of one key. Rows come in
 * the order of their positions.
 */
final class LatestByKey {
  private final int keyIndex;
  private final OptionalInt orderIndex;
  private final Map<String, Integer> placeOfKey = new HashMap<>();
  private final List<ReadRow> rows = new ArrayList<>();
  private long superseded;

  LatestByKey(int keyIndex, OptionalInt orderIndex) {
    this.keyIndex = keyIndex;
    this.orderIndex = orderIndex;
  }

  void add(ReadRow row) {
    Optional<String> key = KeyText.of(row.values()[keyIndex]);
    if (key.isEmpty()) {
      rows.add(row);
      return;
    }
    Integer place = placeOfKey.get(key.get());
    if (place == null) {
      placeOfKey.put(key.get(), rows.size());
      rows.add(row);
      return;
    }
    superseded++;
    ReadRow known = rows.get(place);
    boolean newer =
        row.position().version() > known.position().version()
            || orderIndex.isEmpty()
            || compareOrder(order(row), order(known)) >= 0;
    if (newer) {
      // To the end, so that the survivors stay in the order of their positions.
      rows.set(place, null);
      placeOfKey.put(key.get(), rows.size());
      rows.add(row);
    }
  }

  /**
   * Drops the row of a key if {@code order}, of a row at an earlier place of the same commit, is
   * greater.
   */
  void dropIfOlderThan(String key, Object order) {
    Integer place = placeOfKey.get(key);
    if (place != null && compareOrder(order(rows.get(place)), order) < 0) {
      rows.set(place, null);
      placeOfKey.remove(key);
      superseded++;
    }
  }

  /** Whether the newest row of that key is of that version. */
  boolean holds(String key, long version) {
    Integer place = placeOfKey.get(key);
    return place != null && rows.get(place).position().version() == version;
  }

  /** The newest row of each key, in the order of their positions. */
  List<ReadRow> survivors() {
    rows.removeIf(row -> row == null);
    placeOfKey.clear();
    return rows;
  }

  /** How many rows gave way to a newer one. */
  long superseded() {
    return superseded;
  }

  private Object order(ReadRow row) {
    return row.values()[orderIndex.orElseThrow()];
  }

  /** Null comes first. The values are of one column, so of one comparable type. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  private static int compareOrder(Object a, Object b) {
    if (a == null || b == null) {
      return Boolean.compare(a != null, b != null);
    }
    return ((Comparable) a).compareTo(b);
  }
}
