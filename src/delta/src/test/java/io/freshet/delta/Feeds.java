package io.freshet.delta;

import io.freshet.changes.ChangeType;
import io.freshet.ledger.LedgerAddress;
import io.freshet.ledger.SliceLimits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Feeds under test. */
final class Feeds {
  private Feeds() {}

  static ChangeFeed of(String table, String orderColumn, long untilVersion, long maxSliceBytes) {
    return new ChangeFeed(
        table,
        Map.of(),
        new LedgerAddress("/ledger", Map.of()),
        orderColumn.isEmpty() ? List.of("user_id") : List.of("user_id", orderColumn),
        "user_id",
        orderColumn,
        "",
        Set.of(ChangeType.INSERT),
        untilVersion,
        Duration.ofMillis(100),
        new SliceLimits(1_000, Duration.ofSeconds(30), Duration.ofSeconds(5)),
        maxSliceBytes,
        Map.of("model", "hash/1"));
  }

  static ChangeFeed of(String table) {
    return of(table, "", ChangeFeed.NO_END, Long.MAX_VALUE);
  }
}
