package io.freshet.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.freshet.delta.table.Corpus;
import io.freshet.delta.table.TableLogs;
import io.freshet.ledger.Cursor;
import io.freshet.ledger.Ledger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the table is kept; what is kept of it is the matter of {@link KeptTableTest}. */
class TableKeepingTest {
  @TempDir private static Path tables;
  private static String table;
  private static long last;

  @TempDir private Path folder;
  private Path ledger;
  private ChangeFeed feed;

  @BeforeAll
  static void unpack() throws IOException, InterruptedException {
    Corpus corpus = Corpus.unpackHistories(tables);
    table = corpus.table(corpus.names().get(0));
    last = TableLogs.open(table, new Configuration()).info().version();
  }

  @BeforeEach
  void begin() {
    ledger = folder.resolve("ledger");
    feed = Feeds.in(ledger.toUri().toString(), Map.of(), Feeds.of(table));
  }

  private boolean keepOnce() {
    TableKeeping keeping = new TableKeeping(feed);
    try {
      return keeping.keep();
    } finally {
      keeping.close();
    }
  }

  private List<String> kept() throws IOException {
    try (Stream<Path> files = Files.list(ledger)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("table_"))
          .map(name -> name.substring(0, name.lastIndexOf('_')))
          .toList();
    }
  }

  @Test
  void nothingIsKeptBeforeTheFirstStart() {
    assertFalse(keepOnce());
    assertFalse(Files.exists(ledger));
  }

  @Test
  void whatIsDoneIsKeptAndNoMore() throws IOException {
    Ledger.at(feed.ledger()).start(Cursor.changesFrom(last));
    keepOnce();
    assertEquals(List.of("table_%020d".formatted(last - 1)), kept());
  }

  @Test
  void theSnapshotThatIsBeingReadIsKept() throws IOException {
    Ledger.at(feed.ledger()).start(Cursor.snapshotAt(last));
    keepOnce();
    assertEquals(List.of("table_%020d".formatted(last)), kept());
  }

  @Test
  void anotherDriverThatFindsItKeptWritesNothing() throws IOException {
    Ledger.at(feed.ledger()).start(Cursor.changesFrom(last + 1));
    keepOnce();
    keepOnce();
    assertEquals(List.of("table_%020d".formatted(last)), kept());
  }

  @Test
  void whatAKillHasTornIsWrittenAgain() throws IOException {
    Ledger.at(feed.ledger()).start(Cursor.changesFrom(last + 1));
    keepOnce();
    try (Stream<Path> files = Files.list(ledger)) {
      for (Path file :
          files.filter(f -> f.getFileName().toString().startsWith("table_")).toList()) {
        Files.write(file, new byte[] {31});
      }
    }
    keepOnce();
    assertEquals(2, kept().size(), "the torn one and a whole one");
    assertEquals(
        last,
        KeptTable.newest(feed, KeptTable.open(feed), Cursor.changesFrom(last + 1), Long.MAX_VALUE)
            .orElseThrow()
            .files()
            .version());
  }
}
