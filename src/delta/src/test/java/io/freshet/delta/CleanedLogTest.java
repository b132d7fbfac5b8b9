package io.freshet.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.ChangeType;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.Position;
import io.freshet.changes.Slice;
import io.freshet.delta.table.TableLog;
import io.freshet.delta.table.TableLogs;
import io.freshet.ledger.Cursor;
import io.freshet.ledger.Ledger;
import io.freshet.testing.DeltaTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A table that is older than its log, which is cleaned up while its files live on. */
class CleanedLogTest {
  /** Version 2 changes a row of a file that stays; version 5 deletes another row of its user. */
  private static final String TABLE =
      """
      import sys, pyarrow as pa
      from deltalake import DeltaTable, write_deltalake
      schema = pa.schema([("user_id", pa.string()), ("n", pa.int64())])
      table = DeltaTable.create(sys.argv[1], schema=schema, configuration={
          "delta.enableChangeDataFeed": "true", "delta.checkpointInterval": "1000000"})
      def append(user, n):
          write_deltalake(table, pa.table({"user_id": [user], "n": [n]}, schema=schema), mode="append")
      append("u0", 1)
      table.update(updates={"n": "2"}, predicate="user_id = 'u0'")
      append("u0", 3)
      append("u1", 4)
      table.create_checkpoint()
      table.delete("n = 3")
      print(table.version())
      """;

  private static final int LAST = 5;

  /** Another row of that user, and another one, which version 8 deletes again. */
  private static final String MORE =
      """
      import sys, pyarrow as pa
      from deltalake import DeltaTable, write_deltalake
      table = DeltaTable(sys.argv[1])
      schema = pa.schema([("user_id", pa.string()), ("n", pa.int64())])
      for n in (6, 7):
          write_deltalake(table, pa.table({"user_id": ["u0"], "n": [n]}, schema=schema), mode="append")
      table.create_checkpoint()
      table.delete("n = 7")
      """;

  @TempDir private Path folder;
  private final ExecutorService decoders = Executors.newFixedThreadPool(2);
  private ChangeFeed feed;

  /** Versions before {@code oldest} are cleaned away; the first checkpoint is that of version 4. */
  private void keepAndCleanUp(long oldest) throws Exception {
    Path table = folder.resolve("table");
    assertEquals("" + LAST, DeltaTables.python(TABLE, table.toString()).strip());
    feed = feedOfTable();
    Ledger.at(feed.ledger()).start(Cursor.changesFrom(LAST));
    TableKeeping keeping = new TableKeeping(feed);
    keeping.keep();
    keeping.close();
    cleanUp(oldest);
  }

  private SliceRows rows() {
    Schema schema = KeptTable.open(feed).info().schema().project(feed.columns());
    return new SliceRows(feed, schema, () -> KeptTable.open(feed), new Decoders(decoders, 2));
  }

  private ChangeFeed feedOfTable() {
    return Feeds.in(
        folder.resolve("ledger").toUri().toString(),
        Map.of(),
        Feeds.of(folder.resolve("table").toString(), List.of("user_id", "n"), Keys.EVENTS, ""));
  }

  private void cleanUp(long oldest) throws IOException {
    for (long version = 0; version < oldest; version++) {
      Files.deleteIfExists(folder.resolve("table/_delta_log/%020d.json".formatted(version)));
    }
  }

  @AfterEach
  void stop() {
    decoders.shutdownNow();
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 4})
  void aDeleteIsReadThoughTheLogBeginsAfterItsFiles(long oldest) throws Exception {
    keepAndCleanUp(oldest);
    SliceRows.Read read =
        rows().read(new Slice(false, Position.startOf(LAST), Position.startOf(LAST + 1)));

    assertEquals(1, read.changes().size());
    assertEquals(2L, read.changes().get(0).row().values()[1]);
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 4})
  void theTableIsReadThoughTheLogBeginsAfterItsFiles(long oldest) throws Exception {
    keepAndCleanUp(oldest);
    TableLog log = KeptTable.open(feed);
    List<Object> live = new ArrayList<>();
    new TableRows(feed, log.info().schema().project(feed.columns()), Cursor.changesFrom(LAST))
        .read(
            LAST,
            new TableRows.Sink() {
              @Override
              public void changed(String key, Object[] values, ChangeType type, RowDate date) {}

              @Override
              public void live(String key, Object[] values, RowDate date) {
                live.add(values[1]);
              }
            });
    assertTrue(live.containsAll(List.of(2L, 4L)) && live.size() == 2, live.toString());
  }

  @Test
  void whatIsKeptIsReadWhereTheCommitsSinceTheLastDeleteAreCleanedAway() throws Exception {
    keepAndCleanUp(0);
    SliceRows rows = rows();
    rows.read(new Slice(false, Position.startOf(LAST), Position.startOf(LAST + 1)));
    DeltaTables.python(MORE, folder.resolve("table").toString());
    KeptTable kept =
        KeptTable.newest(feed, KeptTable.open(feed), Cursor.changesFrom(LAST), LAST).orElseThrow();
    kept.advance(LAST + 2);
    kept.keep(Ledger.at(feed.ledger()));
    cleanUp(LAST + 2);

    KeyChange change =
        rows.read(new Slice(false, Position.startOf(LAST + 3), Position.startOf(LAST + 4)))
            .changes()
            .get(0);

    assertEquals(6L, change.row().values()[1]);
    assertEquals(List.of(), change.gone(), "which row is the newest is known for certain");
  }

  @Test
  void filesAreDatedOnThoughTheLogIsCleanedUpMeanwhile() throws Exception {
    keepAndCleanUp(0);
    FileDates dates = new FileDates(KeptTable.open(feed), Cursor.changesFrom(0));
    dates.advance(3);
    cleanUp(4);
    dates.advance(LAST);
    assertEquals(LAST, dates.version());
  }

  @Test
  void whatIsDoneOfATableThatChangesSeldomIsKeptBeforeTheLogIsCleanedUp() throws Exception {
    assertEquals("" + LAST, DeltaTables.python(TABLE, folder.resolve("table").toString()).strip());
    feed = feedOfTable();
    Ledger ledger = Ledger.at(feed.ledger());
    ledger.start(Cursor.changesFrom(4));
    long[] nanos = {0};
    TableKeeping keeping = new TableKeeping(feed, () -> nanos[0]);
    keeping.keep();
    ledger.start(Cursor.changesFrom(LAST));
    keeping.keep();
    assertEquals(Optional.of(3L), kept());
    nanos[0] += Duration.ofHours(1).toNanos();
    keeping.keep();
    keeping.close();
    assertEquals(Optional.of(4L), kept());
  }

  private Optional<Long> kept() {
    return KeptTable.newest(feed, KeptTable.open(feed), Cursor.changesFrom(4), LAST)
        .map(table -> table.files().version());
  }

  /** Version 2 gives the column n another type; what was before it is cleaned away. */
  private static final String OTHER_TYPE =
      """
      import sys, pyarrow as pa
      from deltalake import DeltaTable, write_deltalake
      table = DeltaTable.create(sys.argv[1], configuration={"delta.enableChangeDataFeed": "true"},
          schema=pa.schema([("user_id", pa.string()), ("n", pa.int64())]))
      write_deltalake(table, pa.table({"user_id": ["u0"], "n": [1]}), mode="append")
      write_deltalake(table, pa.table({"user_id": ["u1"], "n": ["2"]}), mode="overwrite", schema_mode="overwrite")
      DeltaTable(sys.argv[1]).create_checkpoint()
      """;

  @ParameterizedTest
  @ValueSource(longs = {0, 2})
  void columnsThatCannotBeToldAnyMoreAreLostHistoryWhereRowsOfBeforeWereFollowed(long from)
      throws Exception {
    DeltaTables.python(OTHER_TYPE, folder.resolve("table").toString());
    feed = feedOfTable();
    Ledger.at(feed.ledger()).start(Cursor.changesFrom(from));
    cleanUp(2);
    TableUnits units =
        new TableUnits(() -> TableLogs.open(feed.tableUri(), new Configuration()), feed);
    if (from == 2) {
      assertFalse(units.commit(2).orElseThrow().rebinds());
    } else {
      FreshetException lost = assertThrows(FreshetException.class, () -> units.commit(2));
      assertEquals(FailureCategory.HISTORY_LOST, lost.category(), lost.getMessage());
    }
  }
}
