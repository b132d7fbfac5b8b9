package io.freshet.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.ChangeType;
import io.freshet.changes.Position;
import io.freshet.changes.Slice;
import io.freshet.delta.table.CountingFileSystem;
import io.freshet.delta.table.TableInfo;
import io.freshet.delta.table.TableLog;
import io.freshet.delta.table.TableLogs;
import io.freshet.ledger.Cursor;
import io.freshet.ledger.Ledger;
import io.freshet.testing.DeltaTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a start reads of a log does not grow with the log. */
class RestartReadsTest {
  private static final int COMMITS = 150;
  private static final int NEW = 3;

  /** Appends of a row each, at last a delete; a checkpoint, if any, before the last three. */
  private static final String TABLE =
      """
      import sys, pyarrow as pa
      from deltalake import DeltaTable, write_deltalake
      path, commits = sys.argv[1], int(sys.argv[2])
      schema = pa.schema([("user_id", pa.string())])
      table = DeltaTable.create(path, schema=schema, configuration={
          "delta.enableChangeDataFeed": "true", "delta.checkpointInterval": "1000000"})
      for number in range(1, commits):
          write_deltalake(table, pa.table({"user_id": [f"u{number % 7}"]}, schema=schema), mode="append")
          if number == commits - 100 or number == commits // 2:
              table.optimize.compact()
      """;

  private static final String MORE =
      """
      import sys, pyarrow as pa
      from deltalake import DeltaTable, write_deltalake
      table = DeltaTable(sys.argv[1])
      if sys.argv[2] == "true":
          table.create_checkpoint()
      schema = pa.schema([("user_id", pa.string())])
      for number in range(2):
          write_deltalake(table, pa.table({"user_id": ["gone"]}, schema=schema), mode="append")
      table.delete("user_id = 'gone'")
      print(table.version())
      """;

  @TempDir private static Path written;
  @TempDir private Path folder;
  private final ExecutorService decoders = Executors.newFixedThreadPool(2);

  @BeforeAll
  static void write() {
    DeltaTables.python(TABLE, written.toString(), Integer.toString(COMMITS));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  @AfterEach
  void stop() {
    decoders.shutdownNow();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRestartAndItsFirstDeleteReadNoMoreThanWhatIsNew(boolean checkpoint) throws Exception {
    Path table = folder.resolve("table");
    copy(written, table);
    ChangeFeed feed =
        Feeds.in(
            folder.resolve("ledger").toUri().toString(),
            Map.of("fs.counting.impl", CountingFileSystem.class.getName()),
            Feeds.of(CountingFileSystem.address(table), List.of("user_id"), Keys.EVENTS, ""));
    Ledger ledger = Ledger.at(feed.ledger());
    long next = KeptTable.open(feed).info().version() + 1;
    ledger.start(Cursor.changesFrom(next));
    TableKeeping keeping = new TableKeeping(feed);
    keeping.keep();
    keeping.close();
    long last =
        Long.parseLong(
            DeltaTables.python(MORE, table.toString(), Boolean.toString(checkpoint)).strip());
    assertEquals(next + NEW - 1, last);

    forgetWhatThisProcessKnows();
    CountingFileSystem.requests();
    KeptTable.recall(feed.ledger(), feed.tableUri());
    TableLog log = TableLogs.open(feed.tableUri(), HadoopConf.of(feed));
    TableInfo info = log.info();
    new HistoryLeft(log, info).at(Cursor.changesFrom(next), last, Instant.now());
    Schema schema = info.schema().project(feed.columns());
    SliceRows rows =
        new SliceRows(feed, schema, () -> KeptTable.open(feed), new Decoders(decoders, 2));
    SliceRows.Read read =
        rows.read(new Slice(false, Position.startOf(next), Position.startOf(last + 1)));
    new TableRows(feed, schema, Cursor.changesFrom(next)).read(last, new NoRows());

    assertEquals(1, read.changes().size());
    List<String> requests = CountingFileSystem.requests();
    long commits = requests.stream().filter(request -> request.startsWith("open 0")).count();
    assertTrue(commits <= 8 * NEW, commits + " reads of commits: " + requests);
    long lists = requests.stream().filter(request -> request.startsWith("list")).count();
    assertEquals(1, lists, "one to start: " + requests);
  }

  /** A JVM keeps what it knows of one table. */
  private void forgetWhatThisProcessKnows() {
    Path other = folder.resolve("other");
    DeltaTables.create(other, true);
    TableLogs.open(other.toString(), new Configuration()).info();
  }

  private static final class NoRows implements TableRows.Sink {
    @Override
    public void changed(String key, Object[] values, ChangeType type, RowDate date) {}

    @Override
    public void live(String key, Object[] values, RowDate date) {}
  }
}
