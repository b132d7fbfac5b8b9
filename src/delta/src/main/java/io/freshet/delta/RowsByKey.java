package io.freshet.delta;

import io.freshet.changes.ChangeType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rows of a slice by their keys. Of a key's rows the newest counts: by commit version, in a
 * commit by the order column, then by place. Rows without a key, or with an empty one, are kept
 * apart, since nothing says that they are of one key.
 */
final class RowsByKey {
  private final int keyIndex;
  private final Comparator<Object[]> order;
  private final Comparator<ReadRow> age;
  private final Map<String, KeyRows> keys = new LinkedHashMap<>();
  private final List<ReadRow> withoutKey = new ArrayList<>();

  RowsByKey(int keyIndex, RowOrder order) {
    this.keyIndex = keyIndex;
    this.order = order;
    this.age =
        Comparator.<ReadRow>comparingLong(row -> row.position().version())
            .thenComparing(ReadRow::values, order)
            .thenComparing(ReadRow::position);
  }

  /** Adds a row; rows come in the order of their positions. */
  void add(ReadRow row) {
    Optional<String> key = KeyText.of(row.values()[keyIndex]);
    if (key.map(String::isEmpty).orElse(true)) {
      withoutKey.add(row);
      return;
    }
    KeyRows rows = keys.computeIfAbsent(key.get(), k -> new KeyRows(age));
    if (row.type() == ChangeType.DELETE || row.type() == ChangeType.UPDATE_PREIMAGE) {
      rows.addGone(row);
    } else {
      rows.addPresent(row);
    }
  }

  /** Whether any row went away with that version. */
  boolean hasGoneOf(long version) {
    return keys.values().stream().anyMatch(rows -> rows.hasGoneOf(version));
  }

  /**
   * Takes notice of a new row at an earlier place of {@code version}, the first of these rows: what
   * went away with that version gives way to it, and so do new rows of a lesser order.
   */
  void meet(String key, Object[] values, long version) {
    KeyRows rows = keys.get(key);
    if (rows == null) {
      return;
    }
    rows.dropGoneOf(version);
    boolean isNewer =
        rows.newest()
            .map(
                row ->
                    row.position().version() == version && order.compare(row.values(), values) < 0)
            .orElse(false);
    if (isNewer) {
      rows.dropPresent();
    }
    if (rows.isEmpty()) {
      keys.remove(key);
    }
  }

  /** Says which of two rows of one key is the newer. */
  Comparator<ReadRow> age() {
    return age;
  }

  /** The keys with their rows. */
  Map<String, KeyRows> keys() {
    return keys;
  }

  /** The rows whose key is null or empty. */
  Collection<ReadRow> withoutKey() {
    return withoutKey;
  }
}
