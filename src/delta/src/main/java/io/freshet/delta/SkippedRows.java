package io.freshet.delta;

import io.freshet.changes.SkipReason;
import java.util.EnumMap;
import java.util.Map;

/** Counts rows that have their outcome while they are read. */
final class SkippedRows {
  private final Map<SkipReason, Long> byReason = new EnumMap<>(SkipReason.class);

  void add(SkipReason reason) {
    add(reason, 1);
  }

  void add(SkipReason reason, long count) {
    if (count > 0) {
      byReason.merge(reason, count, Long::sum);
    }
  }

  long total() {
    return byReason.values().stream().mapToLong(Long::longValue).sum();
  }

  Map<SkipReason, Long> byReason() {
    return byReason;
  }
}
