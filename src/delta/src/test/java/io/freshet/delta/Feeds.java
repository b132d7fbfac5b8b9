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
  private static final Set<ChangeType> ALL =
      Set.of(ChangeType.INSERT, ChangeType.UPDATE_POSTIMAGE, ChangeType.DELETE);

  private Feeds() {}

  static ChangeFeed of(String table, long untilVersion, long maxSliceBytes) {
    return of(table, List.of("user_id"), Keys.EVENTS, "", ALL, untilVersion, maxSliceBytes);
  }

  static ChangeFeed of(String table) {
    return of(table, ChangeFeed.NO_END, Long.MAX_VALUE);
  }

  /** A feed of all change types. */
  static ChangeFeed of(String table, List<String> columns, Keys keys, String orderColumn) {
    return of(table, columns, keys, orderColumn, ALL);
  }

  /** The same with slices of so many bytes at most. */
  static ChangeFeed slicedBy(
      long maxSliceBytes, String table, List<String> columns, Keys keys, String orderColumn) {
    return of(table, columns, keys, orderColumn, ALL, ChangeFeed.NO_END, maxSliceBytes);
  }

  /** The same up to {@code untilVersion}. */
  static ChangeFeed of(
      String table, List<String> columns, Keys keys, String orderColumn, long untilVersion) {
    return of(table, columns, keys, orderColumn, ALL, untilVersion, Long.MAX_VALUE);
  }

  static ChangeFeed of(
      String table, List<String> columns, Keys keys, String orderColumn, Set<ChangeType> types) {
    return of(table, columns, keys, orderColumn, types, ChangeFeed.NO_END, Long.MAX_VALUE);
  }

  /** The same with another key. */
  static ChangeFeed keyedBy(String column, ChangeFeed feed) {
    return with(feed, feed.hadoopConf(), feed.ledger(), column, feed.eventTimeColumn());
  }

  /** The same with an event time. */
  static ChangeFeed timedBy(String column, ChangeFeed feed) {
    return with(feed, feed.hadoopConf(), feed.ledger(), feed.keyColumn(), column);
  }

  /** A feed with a ledger of its own. */
  static ChangeFeed of(String table, LedgerAddress ledger) {
    ChangeFeed feed = of(table);
    return with(feed, feed.hadoopConf(), ledger, feed.keyColumn(), feed.eventTimeColumn());
  }

  /** The same, with another ledger and settings of Hadoop. */
  static ChangeFeed in(String ledger, Map<String, String> hadoopConf, ChangeFeed feed) {
    return with(
        feed,
        hadoopConf,
        new LedgerAddress(ledger, hadoopConf),
        feed.keyColumn(),
        feed.eventTimeColumn());
  }

  private static ChangeFeed with(
      ChangeFeed feed,
      Map<String, String> hadoopConf,
      LedgerAddress ledger,
      String keyColumn,
      String eventTimeColumn) {
    return new ChangeFeed(
        feed.tableUri(),
        hadoopConf,
        ledger,
        feed.columns(),
        keyColumn,
        feed.keys(),
        feed.orderColumn(),
        eventTimeColumn,
        feed.changeTypes(),
        feed.untilVersion(),
        feed.pollInterval(),
        feed.limits(),
        feed.maxSliceBytes(),
        feed.settings());
  }

  private static ChangeFeed of(
      String table,
      List<String> columns,
      Keys keys,
      String orderColumn,
      Set<ChangeType> types,
      long untilVersion,
      long maxSliceBytes) {
    return new ChangeFeed(
        table,
        Map.of(),
        new LedgerAddress("/ledger", Map.of()),
        columns,
        "user_id",
        keys,
        orderColumn,
        "",
        types,
        untilVersion,
        Duration.ofMillis(100),
        new SliceLimits(1_000, Duration.ofSeconds(30), Duration.ofSeconds(5)),
        maxSliceBytes,
        Map.of("model", "hash/1"));
  }
}
