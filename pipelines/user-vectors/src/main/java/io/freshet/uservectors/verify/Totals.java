package io.freshet.uservectors.verify;

import java.util.EnumMap;
import java.util.Map;

/** What a look has counted. */
final class Totals {
  private final Map<Verdict, Long> verdicts = new EnumMap<>(Verdict.class);
  private long tableKeys;
  private long storedRows;
  private long unstorable;

  void add(Verdict verdict) {
    verdicts.merge(verdict, 1L, Long::sum);
  }

  void addTableKey() {
    tableKeys++;
  }

  void addStoredRow() {
    storedRows++;
  }

  void addUnstorable() {
    unstorable++;
  }

  /** Keys with that verdict. */
  long of(Verdict verdict) {
    return verdicts.getOrDefault(verdict, 0L);
  }

  /** Keys of which the table has a row that counts. */
  long tableKeys() {
    return tableKeys;
  }

  /** Keys that the collection has. */
  long storedRows() {
    return storedRows;
  }

  /** Rows of the table whose key no collection can hold. */
  long unstorable() {
    return unstorable;
  }
}
