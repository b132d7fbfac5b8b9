package io.freshet.ledger;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.freshet.changes.SkipReason;
import java.util.Map;
import java.util.TreeMap;

/**
 * Changes by outcome. Every change is counted once, however often it was tried.
 *
 * @param written upserted rows
 * @param deleted deleted keys
 * @param skipped by {@link SkipReason#label()}
 */
public record OutcomeTotals(long written, long deleted, Map<String, Long> skipped) {
  public static final OutcomeTotals NONE = new OutcomeTotals(0, 0, Map.of());

  public OutcomeTotals {
    skipped = Map.copyOf(skipped);
  }

  /** All skipped changes. */
  @JsonIgnore
  public long skippedTotal() {
    return skipped.values().stream().mapToLong(Long::longValue).sum();
  }

  /** All changes. */
  @JsonIgnore
  public long total() {
    return written + deleted + skippedTotal();
  }

  /** Both together. */
  public OutcomeTotals plus(OutcomeTotals other) {
    Map<String, Long> sum = new TreeMap<>(skipped);
    other.skipped.forEach((reason, count) -> sum.merge(reason, count, Long::sum));
    return new OutcomeTotals(written + other.written, deleted + other.deleted, sum);
  }
}
