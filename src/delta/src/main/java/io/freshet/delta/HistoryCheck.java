package io.freshet.delta;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.delta.table.TableInfo;
import io.freshet.delta.table.TableLog;
import io.freshet.ledger.Anchor;
import io.freshet.ledger.Cursor;

/** Whether a pipeline can go on where its ledger stands; asked before anything is touched. */
public final class HistoryCheck {
  private HistoryCheck() {}

  /**
   * Throws a {@link FreshetException} that names the version, the reason and the way out if what
   * comes at {@code cursor} cannot be read: {@link FailureCategory#HISTORY_LOST}, {@link
   * FailureCategory#FEED_OFF}, or {@link FailureCategory#LEDGER_MISMATCH} if the table has fewer
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
   * Throws {@link FailureCategory#LEDGER_MISMATCH} if the last commit that is done is another one
   * in the table that is there now: it was restored from a copy, and has gone on elsewhere.
   */
  public static void requireSame(Anchor done, TableInfo table, TableLog log) {
    // One that is not there was cleaned away, or the table has fewer versions: asked elsewhere.
    boolean differs =
        done.isKnown()
            && log.digest(done.version()).map(now -> !now.equals(done.commit())).orElse(false);
    if (differs) {
      throw new FreshetException(
          FailureCategory.LEDGER_MISMATCH,
          "Version %d of %s is not the commit that was read: a copy of the table has taken its place, and has gone on by itself; put the table back, or use a new ledger with --startingVersion=snapshot"
              .formatted(done.version(), table.uri()));
    }
  }

  /**
   * Like {@link #require}, but for what comes at {@code cursor}: for a pipeline that goes on after
   * the table's latest version.
   */
  public static void requireRest(Cursor cursor, TableInfo table, long untilVersion) {
    long version = cursor.position().version();
    if (version > table.version() + 1) {
      throw new FreshetException(
          FailureCategory.LEDGER_MISMATCH,
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
