package io.freshet.delta;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.changes.Slice;
import io.freshet.delta.table.TableLog;
import io.freshet.delta.table.TableLogs;
import io.freshet.ledger.Cursor;
import io.freshet.testing.DeltaTables;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is done to a table and however it is cut into slices, its keys end as it says. */
class HistoriesIT {
  private static final int COMMITS = 20;
  private static final int READINGS = 12;

  /** In 110 rows are copied by several deletes in a row. */
  private static final int[] SEEDS = {3, 110};

  @TempDir private Path table;
  private final ExecutorService decoders = Executors.newFixedThreadPool(2);

  @AfterEach
  void stop() {
    decoders.shutdownNow();
  }

  @ParameterizedTest
  @CsvSource({
    "events, EVENTS, seq",
    "unique, UNIQUE, seq",
    "events_by_commit, EVENTS,",
  })
  void aCollectionEndsAsTheTableSays(String kind, Keys keys, String orderColumn) throws Exception {
    for (int seed : SEEDS) {
      Path history = table.resolve(kind + "-" + seed);
      Map<String, String> end = write(history, seed, kind);
      end.remove(""); // No key: its rows are left out one by one, in the order in which they come.
      for (int reading = 0; reading < READINGS; reading++) {
        assertEquals(
            end,
            followed(history, keys, orderColumn == null ? "" : orderColumn, new Random(reading)),
            "Seed " + seed + ", reading " + reading);
      }
    }
  }

  private static Map<String, String> write(Path history, int seed, String kind) throws IOException {
    try (InputStream script =
        HistoriesIT.class.getResourceAsStream("/histories/random_history.py")) {
      String printed =
          DeltaTables.python(
              new String(script.readAllBytes(), UTF_8),
              history.toString(),
              Integer.toString(seed),
              Integer.toString(COMMITS),
              kind);
      return new TreeMap<>(
          new ObjectMapper().readValue(printed, new TypeReference<Map<String, String>>() {}));
    }
  }

  /** The items that a model of a collection ends with, from a start anywhere, by random slices. */
  private Map<String, String> followed(Path history, Keys keys, String orderColumn, Random random)
      throws InterruptedException {
    ChangeFeed feed =
        Feeds.of(history.toString(), List.of("user_id", "item_id", "seq"), keys, orderColumn);
    TableLog log = TableLogs.open(history.toString(), new Configuration());
    long last = log.info().version();
    Schema schema = log.info().schema().project(feed.columns());
    SliceRows rows = new SliceRows(feed, schema, () -> log, new Decoders(decoders, 2));
    TableSlicePlanner planner = new TableSlicePlanner(() -> log, feed);
    ModelCollection collection = new ModelCollection();
    Cursor cursor =
        random.nextBoolean()
            ? Cursor.changesFrom(0)
            : Cursor.snapshotAt(random.nextInt((int) last + 1));
    int mostRows = random.nextBoolean() ? 8 : 100;
    for (Optional<Slice> next = planner.plan(cursor, 1 + random.nextInt(mostRows));
        next.isPresent();
        next = planner.plan(cursor, 1 + random.nextInt(mostRows))) {
      Slice slice = next.get();
      SliceRows.Read read = rows.read(slice);
      assertEquals(
          read.rows(),
          read.changes().size()
              + read.skipped().values().stream().mapToLong(Long::longValue).sum());
      collection.apply(slice, read.changes(), random);
      cursor = new Cursor(slice.snapshot() && !slice.to().isStartOfVersion(), slice.to());
    }
    assertEquals(last + 1, cursor.position().version());
    Map<String, String> items = collection.items();
    items.remove("");
    return items;
  }
}
