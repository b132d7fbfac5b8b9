package io.freshet.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.delta.table.Corpus;
import io.freshet.delta.table.TableLog;
import io.freshet.delta.table.TableLogs;
import io.freshet.ledger.Cursor;
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
