package io.freshet.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.freshet.changes.Position;
import io.freshet.changes.Slice;
import io.freshet.delta.table.TableLog;
import io.freshet.delta.table.TableLogs;
import io.freshet.ledger.Anchor;
import io.freshet.ledger.Cursor;
import io.freshet.testing.DeltaTables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A struct that gets a field while rows come: then each value of it has another text. */
class ChangedTextsIT {
  private static final List<String> COLUMNS = List.of("user_id", "info");

  /** The commit that adds the field. */
  private static final long CHANGED = 4;

  /** Two rows of one key, which a compaction puts into one file: the log does not order them. */
  private static final String SCRIPT =
      """
      import sys
      import pyarrow as pa
      from deltalake import DeltaTable, write_deltalake

      table = sys.argv[1]
      one = pa.struct([("a", pa.int32())])
      two = pa.struct([("a", pa.int32()), ("b", pa.int32())])

      def rows(users, infos, type_):
          return pa.table({"user_id": users, "info": pa.array(infos, type_)})

      write_deltalake(table, rows(["u", "v"], [{"a": 1}, {"a": 1}], one), configuration={"delta.enableChangeDataFeed": "true"})
      write_deltalake(table, rows(["u"], [{"a": 2}], one), mode="append")
      DeltaTable(table).optimize.compact()
      write_deltalake(table, rows(["w"], [{"a": 3}], one), mode="append")
      write_deltalake(table, rows(["x"], [{"a": 4, "b": 4}], two), mode="append", schema_mode="merge")
      write_deltalake(table, rows(["y"], [{"a": 5, "b": 5}], two), mode="append")
      """;

  @TempDir private Path folder;
  private final ExecutorService decoders = Executors.newFixedThreadPool(2);
  private TableLog log;
  private ChangeFeed feed;

  @BeforeEach
  void write() {
    DeltaTables.python(SCRIPT, folder.toString());
    log = TableLogs.open(folder.toString(), new Configuration());
    feed = Feeds.of(folder.toString(), COLUMNS, Keys.EVENTS, "", CHANGED + 1);
  }

  @AfterEach
  void stop() {
    decoders.shutdownNow();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 100})
  void aKeyWhoseRowsTheLogCannotTellApartIsWrittenAnewWhenTheirTextsChange(long most)
      throws Exception {
    ModelCollection collection = new ModelCollection();
    Cursor there = follow(Cursor.changesFrom(0), CHANGED, CHANGED - 1, most, collection);
    assertEquals(
        Map.of("u", List.of("a"), "v", List.of("a"), "w", List.of("a")), fields(collection));

    follow(there, CHANGED + 2, CHANGED, most, collection);

    List<String> both = List.of("a", "b");
    assertEquals(Map.of("u", both, "v", both, "w", both, "x", both, "y", both), fields(collection));
  }

  @Test
  void aCommitThatChangesTextsIsASliceOfItsOwn() {
    TableSlicePlanner planner = planner(schemaAt(CHANGED));
    List<Slice> slices = new ArrayList<>();
    Cursor cursor = Cursor.changesFrom(0);
    while (cursor.position().version() <= CHANGED + 1) {
      Slice slice = planner.plan(cursor, Anchor.NONE, 100).orElseThrow().slice();
      slices.add(slice);
      cursor = new Cursor(false, slice.to());
    }

    assertEquals(
        List.of(
            commits(0, CHANGED), commits(CHANGED, CHANGED + 1), commits(CHANGED + 1, CHANGED + 2)),
        slices);
  }

  private static Slice commits(long first, long next) {
    return new Slice(false, Position.startOf(first), Position.startOf(next));
  }

  /** Reads on before a version, as a pipeline does that began when the table was at another. */
  private Cursor follow(Cursor from, long end, long began, long most, ModelCollection collection)
      throws InterruptedException {
    Schema schema = schemaAt(began);
    TableSlicePlanner planner = planner(schema);
    SliceRows rows = new SliceRows(feed, schema, () -> log, new Decoders(decoders, 2));
    Cursor cursor = from;
    while (cursor.position().version() < end) {
      Slice slice = planner.plan(cursor, Anchor.NONE, most).orElseThrow().slice();
      collection.apply(slice, rows.read(slice).changes(), new Random(1));
      cursor = new Cursor(false, slice.to());
    }
    return cursor;
  }

  private TableSlicePlanner planner(Schema schema) {
    return new TableSlicePlanner(
        () -> log, feed, Optional.of(schema), Optional::empty, System::nanoTime);
  }

  private Schema schemaAt(long version) {
    return log.infoAt(version).schema().project(COLUMNS);
  }

  /** The names of the struct's fields, by key. */
  private static Map<String, List<String>> fields(ModelCollection collection) {
    Map<String, List<String>> fields = new TreeMap<>();
    collection
        .rows()
        .forEach((key, values) -> fields.put(key, ((Row) values[1]).getSchema().getFieldNames()));
    return fields;
  }
}
