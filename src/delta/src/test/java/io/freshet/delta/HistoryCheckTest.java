package io.freshet.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.delta.table.Corpus;
import io.freshet.delta.table.TableInfo;
import io.freshet.delta.table.TableLog;
import io.freshet.delta.table.TableLogs;
import io.freshet.ledger.Anchor;
import io.freshet.ledger.Cursor;
import io.freshet.ledger.LedgerIdentity;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryCheckTest {
  @TempDir private static Path folder;
  private static Corpus corpus;

  @BeforeAll
  static void unpack() throws IOException, InterruptedException {
    corpus = Corpus.unpack(folder);
  }

  private static void check(String name, Cursor cursor, long until) {
    TableLog log = TableLogs.open(corpus.table(name), new Configuration());
    HistoryCheck.require(cursor, log.info(), log, until);
  }

  private static void assertRefused(
      FailureCategory category, String named, String table, Cursor cursor) {
    FreshetException refused =
        assertThrows(FreshetException.class, () -> check(table, cursor, ChangeFeed.NO_END));
    assertEquals(category, refused.category(), refused.getMessage());
    assertTrue(refused.getMessage().contains(named), refused.getMessage());
  }

  @Test
  void whatCanBeReadIsLetThrough() {
    check("append_many", Cursor.changesFrom(0), ChangeFeed.NO_END);
    check("append_many", Cursor.changesFrom(28), ChangeFeed.NO_END);
    check("log_cleanup", Cursor.snapshotAt(12), ChangeFeed.NO_END);
    check("cdf_midway", Cursor.changesFrom(4), ChangeFeed.NO_END);
    check("cdf_off", Cursor.snapshotAt(3), 3);
  }

  @Test
  void aLogIsTheSameWhereItHasTheCommitThatWasReadWhateverItsIdIsNow() {
    TableLog log = TableLogs.open(corpus.table("append_many"), new Configuration());
    TableInfo table = log.info();
    Anchor read = new Anchor(3, log.digest(3).orElseThrow());
    Anchor another = new Anchor(3, log.digest(4).orElseThrow());
    LedgerIdentity before = new LedgerIdentity("ledger", "the id before", table.uri());
    LedgerIdentity same = new LedgerIdentity("ledger", table.id(), table.uri());

    HistoryCheck.requireSame(before, read, Cursor.changesFrom(4), table, log);
    HistoryCheck.requireSame(same, Anchor.NONE, Cursor.changesFrom(4), table, log);
    assertReplaced("version 3 is not the commit", same, another, table, log);
    assertReplaced("the ledger is that of the id before", before, Anchor.NONE, table, log);
    LedgerIdentity elsewhere = new LedgerIdentity("ledger", table.id(), "file:/elsewhere");
    HistoryCheck.requireSame(elsewhere, read, Cursor.changesFrom(4), table, log);
    FreshetException other =
        assertThrows(
            FreshetException.class,
            () -> HistoryCheck.requireSame(elsewhere, another, Cursor.changesFrom(4), table, log));
    assertEquals(FailureCategory.LEDGER_MISMATCH, other.category());
  }

  @Test
  void whereTheCommitThatWasReadWasCleanedAwayTheIdTells() {
    TableLog log = TableLogs.open(corpus.table("log_cleanup"), new Configuration());
    TableInfo table = log.info();
    Anchor gone = new Anchor(3, "a digest of what was read");
    LedgerIdentity same = new LedgerIdentity("ledger", table.id(), table.uri());
    LedgerIdentity before = new LedgerIdentity("ledger", "the id before", table.uri());

    HistoryCheck.requireSame(same, gone, Cursor.changesFrom(4), table, log);
    assertReplaced("the ledger is that of the id before", before, gone, table, log);
  }

  private static void assertReplaced(
      String how, LedgerIdentity known, Anchor done, TableInfo table, TableLog log) {
    FreshetException refused =
        assertThrows(
            FreshetException.class,
            () -> HistoryCheck.requireSame(known, done, Cursor.changesFrom(4), table, log));
    assertEquals(FailureCategory.TABLE_REPLACED, refused.category(), refused.getMessage());
    assertTrue(refused.getMessage().contains(how), refused.getMessage());
  }

  @Test
  void versionsThatWereCleanedAwayAreRefused() {
    assertRefused(FailureCategory.HISTORY_LOST, "3", "log_cleanup", Cursor.changesFrom(3));
    assertRefused(FailureCategory.HISTORY_LOST, "3", "log_cleanup", Cursor.snapshotAt(3));
  }

  @Test
  void versionsWithoutAFeedAreRefused() {
    assertRefused(FailureCategory.FEED_OFF, "version 2", "cdf_midway", Cursor.changesFrom(2));
    assertRefused(FailureCategory.FEED_OFF, "version 3", "cdf_off", Cursor.snapshotAt(3));
    assertRefused(FailureCategory.FEED_OFF, "version 3", "cdf_off", Cursor.changesFrom(4));
  }

  @Test
  void tableWithFewerVersionsThanWereReadOfItIsAnother() {
    assertRefused(
        FailureCategory.TABLE_REPLACED,
        "stands at version 40, but the latest version",
        "append_many",
        Cursor.changesFrom(40));
  }
}
