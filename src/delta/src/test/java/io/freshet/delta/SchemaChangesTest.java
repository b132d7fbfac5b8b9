package io.freshet.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.SkipReason;
import io.freshet.changes.Slice;
import io.freshet.delta.table.Corpus;
import io.freshet.delta.table.TableInfo;
import io.freshet.delta.table.TableLog;
import io.freshet.delta.table.TableLogs;
import io.freshet.ledger.Anchor;
import io.freshet.ledger.Cursor;
import io.freshet.ledger.PlannedSlice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables that Spark wrote, whose columns change while rows come: {@code schema_changes.py}. */
class SchemaChangesTest {
  private static final List<String> COLUMNS = List.of("user_id", "item_id", "event_id");

  @TempDir private static Path folder;
  private static Corpus tables;
  private static final ExecutorService DECODERS = Executors.newFixedThreadPool(2);

  @BeforeAll
  static void unpack() throws IOException, InterruptedException {
    tables = Corpus.unpackSchemaChanges(folder);
  }

  @AfterAll
  static void stop() {
    DECODERS.shutdownNow();
  }

  @ParameterizedTest
  @CsvSource({
    "replaced, 0",
    "replaced_by_id, 0",
    "key_readded, 0",
    "key_readded, 4",
    "item_readded, 0",
    "item_readded, 4",
    "renamed_back, 0",
    "names_swapped, 0",
    "names_swapped, 5",
    "mapped_later, 0",
    "added_later, 0",
    "added_later, 1",
    "widened, 0",
    "rows_between, 0",
    "away_and_back, 0",
    "renamed_since, 0",
    "renamed_since, 2",
    "replaced_in_its_log, 0",
  })
  void aCollectionIsWhatSparkReadsAtEachVersionThatHasTheColumns(String name, long first)
      throws Exception {
    TableLog log = open(name);
    long last = log.info().version();
    for (String order : List.of("", "event_id")) {
      for (long most : List.of(1L, 100L)) {
        Reading reading = new Reading(name, Keys.EVENTS, order, last);
        Cursor cursor = first == 0 ? Cursor.changesFrom(0) : Cursor.snapshotAt(first);
        while (cursor.position().version() <= last) {
          cursor = reading.readFrom(cursor, most).orElseThrow();
          long version = cursor.position().version() - 1;
          if (cursor.position().isStartOfVersion()
              && COLUMNS.stream().allMatch(log.infoAt(version).schema()::has)) {
            assertEquals(
                expected(name, version),
                reading.collection.items(),
                name + " " + order + " by " + most + " at version " + version);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 100})
  void rowsOfUniqueKeysComeAnewWhenTheirColumnsDo(long most) throws Exception {
    Reading reading = new Reading("names_swapped", Keys.UNIQUE, "", 4);
    Cursor cursor = Cursor.changesFrom(0);
    while (cursor.position().version() <= 4) {
      cursor = reading.readFrom(cursor, most).orElseThrow();
    }

    assertEquals(Map.of("i1", "a", "i2", "b", "i3", "a"), reading.collection.items());
  }

  @Test
  void rowsAfterAColumnWasAddedAgainAreNoBadRows() throws Exception {
    Reading reading = new Reading("key_readded", Keys.EVENTS, "", 4);
    Optional<Cursor> cursor = Optional.of(Cursor.changesFrom(4));

    reading.readFrom(cursor.get(), 100);

    assertEquals(Map.of("a", "i5", "c", "i4", "d", "i6"), reading.collection.items());
    assertEquals(Map.of(), reading.skipped);
  }

  @Test
  void rowsFromBeforeAreReadByTheColumnsOfTheirCommit() throws Exception {
    Reading reading = new Reading("key_readded", Keys.EVENTS, "", 1);

    reading.readFrom(Cursor.changesFrom(0), 100);

    assertEquals(Map.of("a", "i3", "b", "i2"), reading.collection.items());
    assertEquals(Map.of(SkipReason.SUPERSEDED, 1L), reading.skipped);
  }

  @ParameterizedTest
  @CsvSource({"renamed, 2, gave column 'user_id' the name 'uid'"})
  void aColumnThatIsGoneStopsBeforeItsCommitWhenAllBeforeIsDone(String name, long stop, String why)
      throws Exception {
    long[] nanos = {0};
    ChangeFeed feed = Feeds.of(tables.table(name), COLUMNS, Keys.EVENTS, "");
    TableSlicePlanner planner =
        new TableSlicePlanner(
            () -> open(name), feed, Optional.empty(), Optional::empty, () -> nanos[0]);
    Cursor cursor = Cursor.changesFrom(0);
    while (cursor.position().version() < stop) {
      Slice slice = planner.plan(cursor, Anchor.NONE, 100).orElseThrow().slice();
      cursor = new Cursor(false, slice.to());
    }
    assertEquals(stop, cursor.position().version());
    Cursor there = cursor;
    FreshetException refused = null;
    for (int look = 0; refused == null && look < 10; look++) {
      FreshetException e =
          assertThrows(FreshetException.class, () -> planner.plan(there, Anchor.NONE, 100));
      if (e.category() == FailureCategory.SCHEMA) {
        refused = e;
      } else {
        assertEquals(FailureCategory.STORAGE_UNAVAILABLE, e.category(), e.getMessage());
      }
      nanos[0] += Duration.ofSeconds(4).toNanos();
    }
    assertTrue(
        refused.getMessage().startsWith("Version " + stop + " of " + feed.tableUri() + " " + why),
        refused.getMessage());
  }

  @Test
  void aTypeThatDoesNotFitStopsBeforeItsCommitAndIsNeverCut() throws Exception {
    TableLog log = open("widened");
    ChangeFeed feed = Feeds.of(tables.table("widened"), COLUMNS, Keys.EVENTS, "");
    Schema before = log.infoAt(1).schema().project(COLUMNS);
    TableSlicePlanner planner =
        new TableSlicePlanner(
            () -> log, feed, Optional.of(before), Optional::empty, System::nanoTime);

    PlannedSlice first = planner.plan(Cursor.changesFrom(0), Anchor.NONE, 100).orElseThrow();
    FreshetException refused =
        assertThrows(
            FreshetException.class, () -> planner.plan(Cursor.changesFrom(2), Anchor.NONE, 100));

    assertEquals(2, first.slice().to().version());
    assertEquals(FailureCategory.SCHEMA, refused.category());
    assertTrue(refused.getMessage().contains("version 2"), refused.getMessage());
    assertTrue(refused.getMessage().contains("integer"), refused.getMessage());
    TableInfo latest = log.info();
    assertTrue(DeltaChanges.mustBeReadAnew(feed, before, latest));
    assertEquals(
        false, DeltaChanges.mustBeReadAnew(feed, latest.schema().project(COLUMNS), latest));
    SliceRows cut = new SliceRows(feed, before, () -> log, new Decoders(DECODERS, 2));
    FreshetException unread =
        assertThrows(
            FreshetException.class,
            () ->
                cut.read(
                    new Slice(
                        false,
                        Cursor.changesFrom(3).position(),
                        Cursor.changesFrom(4).position())));
    assertEquals(FailureCategory.SCHEMA, unread.category());
  }

  private static TableLog open(String name) {
    return TableLogs.open(tables.table(name), new Configuration());
  }

  /** The newest item of each key: events are numbered in the order in which they came. */
  private static Map<String, String> expected(String name, long version) throws IOException {
    JsonNode rows =
        new ObjectMapper()
            .readTree(folder.resolve(name).resolve("rows.json").toFile())
            .get(Long.toString(version));
    Map<String, String> items = new TreeMap<>();
    for (JsonNode row : rows) {
      if (!row.get(1).isNull()) {
        items.put(row.get(1).asText(), row.get(2).isNull() ? null : row.get(2).asText());
      }
    }
    return items;
  }

  /** A model of a collection that follows a table up to some version. */
  private static final class Reading {
    private final SliceRows rows;
    private final TableSlicePlanner planner;
    private final ModelCollection collection = new ModelCollection();
    private final Map<SkipReason, Long> skipped = new TreeMap<>();

    Reading(String name, Keys keys, String order, long last) {
      ChangeFeed feed = Feeds.of(tables.table(name), COLUMNS, keys, order, last);
      Schema schema = open(name).info().schema().project(COLUMNS);
      TableLog log = open(name);
      this.rows = new SliceRows(feed, schema, () -> log, new Decoders(DECODERS, 2));
      this.planner =
          new TableSlicePlanner(
              () -> log, feed, Optional.of(schema), Optional::empty, System::nanoTime);
    }

    Optional<Cursor> readFrom(Cursor cursor, long most) throws InterruptedException {
      Optional<PlannedSlice> next = planner.plan(cursor, Anchor.NONE, most);
      if (next.isEmpty()) {
        return Optional.empty();
      }
      Slice slice = next.get().slice();
      SliceRows.Read read = rows.read(slice);
      List<KeyChange> keyed = new ArrayList<>(read.changes());
      keyed.removeIf(change -> change.row().values()[0] == null);
      collection.apply(slice, keyed, new Random(1));
      read.skipped().forEach((reason, count) -> skipped.merge(reason, count, Long::sum));
      return Optional.of(
          new Cursor(slice.snapshot() && !slice.to().isStartOfVersion(), slice.to()));
    }
  }
}
