package io.freshet.delta;

import java.util.HashMap;
import java.util.Map;

/** The rows that change files hold of some keys, with their dates. */
final class ChangedRows {
  private final Map<String, Map<RowValues, RowDate>> byKey = new HashMap<>();

  /** Adds a row; of equal rows the last one counts. */
  void add(String key, Object[] values, RowDate date) {
    byKey.computeIfAbsent(key, k -> new HashMap<>(2)).put(new RowValues(values), date);
  }

  /** Adds those of a later unit. */
  void addAll(ChangedRows later) {
    later.byKey.forEach(
        (key, rows) -> byKey.computeIfAbsent(key, k -> new HashMap<>(2)).putAll(rows));
  }

  /**
   * The date of a row that the table holds.
   *
   * @param ofFile what is known of it by its file
   */
  RowDate date(String key, Object[] values, RowDate ofFile) {
    Map<RowValues, RowDate> rows = byKey.get(key);
    if (rows == null || ofFile.changedAt() == RowDate.COPIED) {
      return ofFile;
    }
    RowDate changed = rows.get(new RowValues(values));
    return changed != null && changed.to() == ofFile.changedAt() ? changed : ofFile;
  }
}
