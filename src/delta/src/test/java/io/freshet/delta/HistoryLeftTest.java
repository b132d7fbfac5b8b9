package io.freshet.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.freshet.delta.table.Corpus;
import io.freshet.delta.table.TableLog;
import io.freshet.delta.table.TableLogs;
import io.freshet.ledger.Cursor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HistoryLeftTest {
  private static final long LATEST = 27;

  @TempDir private static Path folder;
  private static Corpus corpus;

  private final TableLog log = open("append_many");
  private final Instant fifth = log.timestamp(5);

  @BeforeAll
  static void unpack() throws IOException, InterruptedException {
    corpus = Corpus.unpack(folder);
  }

  private static TableLog open(String name) {
    return TableLogs.open(corpus.table(name), new Configuration());
  }

  @Test
  void oldestUnreadCommitIsKeptForAsLongAsTheTableSays() {
    assertEquals(Duration.ofDays(6), left(5, fifth.plus(Duration.ofDays(1))));
    assertEquals(Duration.ZERO, left(5, fifth.plus(Duration.ofDays(7))));
    assertEquals(Duration.ZERO, left(5, fifth.plus(Duration.ofDays(8))));
  }

  @Test
  void commitInTheFutureHasNoMoreTimeThanTheTableSays() {
    assertEquals(Duration.ofDays(7), left(5, fifth.minus(Duration.ofDays(365))));
  }

  @Test
  void whereNothingIsUnreadTheNextCommitWillHaveTheWholeTime() {
    assertEquals(Duration.ofDays(7), left(LATEST + 1, fifth.plus(Duration.ofDays(99))));
  }

  @Test
  void commitThatIsGoneHasNoTimeLeft() {
    TableLog cleaned = open("log_cleanup");
    long latest = cleaned.info().version();
    assertEquals(
        Duration.ZERO,
        new HistoryLeft(cleaned, cleaned.info())
            .at(Cursor.changesFrom(3), latest, cleaned.timestamp(latest)));
  }

  @Test
  void oldestUnreadCommitIsKnownOnceItWasLookedAt() {
    HistoryLeft left = new HistoryLeft(log, log.info());
    assertEquals(Optional.empty(), left.oldestUnread(Cursor.changesFrom(5)));

    Duration unused = left.at(Cursor.changesFrom(5), LATEST, log.timestamp(5));

    assertEquals(Optional.of(log.timestamp(5)), left.oldestUnread(Cursor.changesFrom(5)));
    assertEquals(Optional.empty(), left.oldestUnread(Cursor.changesFrom(6)));
  }

  @Test
  void logIsLookedAtAgainAfterTenSeconds() {
    HistoryLeft left = new HistoryLeft(log, log.info());
    Instant then = log.timestamp(6).plusSeconds(10);
    assertEquals(Duration.ofDays(7), left.at(Cursor.changesFrom(5), LATEST, fifth));
    assertEquals(Duration.ofDays(7), left.at(Cursor.changesFrom(6), LATEST, fifth));
    assertEquals(Duration.ofDays(7).minusSeconds(10), left.at(Cursor.changesFrom(6), LATEST, then));
  }

  private Duration left(long next, Instant now) {
    return new HistoryLeft(log, log.info()).at(Cursor.changesFrom(next), LATEST, now);
  }
}
