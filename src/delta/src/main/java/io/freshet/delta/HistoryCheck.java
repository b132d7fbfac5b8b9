package io.freshet.delta;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.delta.table.TableInfo;
import io.freshet.delta.table.TableLog;
import io.freshet.delta.table.TableLogs;
import io.freshet.ledger.Anchor;
import io.freshet.ledger.Cursor;
import io.freshet.ledger.LedgerIdentity;
import java.util.Optional;

/** Whether a pipeline can go on where its ledger stands; asked before anything is touched. */
public final class HistoryCheck {
  private HistoryCheck() {}

  /**
   * Throws a {@link FreshetException} that names the version, the reason and the way out if what
   * comes at {@code cursor} cannot be read: {@link FailureCategory#HISTORY_LOST}, {@link
   * FailureCategory#FEED_OFF}, or {@link FailureCategory#TABLE_REPLACED} if the table has fewer
   * versions than were read of it.
   *
   * @param table the table at its latest version
   * @param untilVersion the last version that is wanted
   */
  public static void require(Cursor cursor, TableInfo table, TableLog log, long untilVersion) {
    long version = cursor.position().version();
    requireRest(cursor, table, untilVersion);
    if (cursor.snapshot()) {
      log.infoAt(version);
    } else if (version <= Math.min(table.version(), untilVersion)) {
      log.commit(version);
    }
  }

  /**
   * Throws unless the log at the table's address is the one that the ledger has followed. It is
   * where it has the commit that was done last, as it was read; the table may have another id
   * since, by {@code CREATE OR REPLACE TABLE}. Where that commit was cleaned away, or is not known,
   * the id decides.
   *
   * @param known whose ledger it is
   * @param done the last commit that is done
   * @param cursor what comes next
   * @throws FreshetException {@link FailureCategory#TABLE_REPLACED} if another log is at the
   *     ledger's address, {@link FailureCategory#LEDGER_MISMATCH} if the table is at another one,
   *     and is not the ledger's
   */
  public static void requireSame(
      LedgerIdentity known, Anchor done, Cursor cursor, TableInfo table, TableLog log) {
    Optional<String> other = otherLog(known, done, cursor, table, log);
    if (other.isEmpty()) {
      return;
    }
    if (!known.tableUri().equals(table.uri())) {
      throw new FreshetException(
          FailureCategory.LEDGER_MISMATCH,
          "The ledger is that of the table with id %s at %s, and %s is another table: %s; give this table a ledger of its own with --ledger, or point --table at the first"
              .formatted(known.tableId(), known.tableUri(), table.uri(), other.get()));
    }
    throw replaced(table.uri(), other.get());
  }

  /** Another log is at a table's address; {@code how} says what tells it from the first. */
  static FreshetException replaced(String tableUri, String how) {
    return new FreshetException(
        FailureCategory.TABLE_REPLACED,
        "Another table, or another copy of it, is at %s: %s; put the table back and start again, or give this one a ledger of its own with --ledger and --startingVersion=snapshot"
            .formatted(tableUri, how));
  }

  /**
   * The same for a table that was found to be the ledger's and has been read since: what stood at
   * its address meanwhile is not known else.
   *
   * @param meant the table, at any version
   * @param commit one that it has
   */
  public static void requireStill(ChangeFeed feed, TableInfo meant, Anchor commit) {
    TableLog log = TableLogs.open(feed.tableUri(), HadoopConf.of(feed));
    requireSame(
        new LedgerIdentity("", meant.id(), meant.uri()),
        commit,
        Cursor.changesFrom(0),
        log.info(),
        log);
  }

  /** What tells the log from the ledger's; empty if it is that. */
  private static Optional<String> otherLog(
      LedgerIdentity known, Anchor done, Cursor cursor, TableInfo table, TableLog log) {
    Optional<String> there = done.isKnown() ? log.digest(done.version()) : Optional.empty();
    if (there.isPresent() && there.get().equals(done.commit())) {
      return Optional.empty();
    }
    Optional<String> otherId =
        Optional.of(known.tableId())
            .filter(id -> !id.equals(table.id()))
            .map(id -> "its id is " + table.id() + ", and the ledger is that of " + id);
    if (there.isPresent()) {
      return otherId.or(
          () -> Optional.of("version " + done.version() + " is not the commit that was read"));
    }
    long next = cursor.position().version();
    if (next > table.version() + 1) {
      return Optional.of(
          "the ledger stands at version %d, but the latest version is %d"
              .formatted(next, table.version()));
    }
    return otherId;
  }

  /**
   * Like {@link #require}, but for what comes at {@code cursor}: for a pipeline that goes on after
   * the table's latest version.
   */
  public static void requireRest(Cursor cursor, TableInfo table, long untilVersion) {
    long version = cursor.position().version();
    if (version > table.version() + 1) {
      throw new FreshetException(
          FailureCategory.TABLE_REPLACED,
          "The ledger stands at version %d, but the latest version of %s is %d: another table is there now, or an older copy; use the table's own ledger, or a new one with --startingVersion=snapshot"
              .formatted(version, table.uri(), table.version()));
    }
    if (!table.changeFeed() && untilVersion > table.version()) {
      throw new FreshetException(
          FailureCategory.FEED_OFF,
          "Change data feed is not enabled at version %d of %s, so that what comes next cannot be read; set delta.enableChangeDataFeed=true, or end with --untilVersion=%d"
              .formatted(table.version(), table.uri(), table.version()));
    }
  }
}
