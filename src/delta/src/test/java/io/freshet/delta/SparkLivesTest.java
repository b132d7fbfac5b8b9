package io.freshet.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.Slice;
import io.freshet.delta.table.Corpus;
import io.freshet.delta.table.TableInfo;
import io.freshet.delta.table.TableLog;
import io.freshet.delta.table.TableLogs;
import io.freshet.ledger.Anchor;
import io.freshet.ledger.Cursor;
import io.freshet.ledger.LedgerIdentity;
import io.freshet.ledger.PlannedSlice;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tables that Spark made, whose columns are widened, renamed, dropped, added again and replaced,
 * read while they are made: after each commit the feed is what Spark reads of it then, and a
 * collection holds what Spark reads of the table. {@code spark_lives.py} makes more of them; {@code
 * -Dfreshet.lives=FOLDER} reads those of a folder.
 */
class SparkLivesTest {
  private static final List<String> IN_USE = List.of("id", "user_id", "u", "day");
  private static final int READINGS = 3;

  /** What may give a column a type that does not hold what was there before. */
  private static final Set<String> RETYPING =
      Set.of(
          "CREATE OR REPLACE TABLE",
          "CREATE OR REPLACE TABLE AS SELECT",
          "WRITE",
          "RESTORE",
          "ADD COLUMNS");

  private static final List<String> WIDTHS = List.of("tinyint", "smallint", "int", "bigint");

  @TempDir private static Path folder;
  private static final ExecutorService DECODERS = Executors.newFixedThreadPool(2);
  private static List<Path> lives;

  @BeforeAll
  static void unpack() throws Exception {
    String others = System.getProperty("freshet.lives", "");
    Path from = others.isEmpty() ? folder.resolve("lives") : Path.of(others);
    if (others.isEmpty()) {
      Files.createDirectories(from);
      Corpus.unpackLives(from);
    }
    try (Stream<Path> all = Files.list(from)) {
      lives = all.filter(life -> Files.exists(life.resolve("life.jsonl"))).sorted().toList();
    }
    assertTrue(lives.size() >= (others.isEmpty() ? 4 : 1), lives::toString);
  }

  @AfterAll
  static void stop() {
    DECODERS.shutdownNow();
  }

  @Test
  void eachCommitIsReadAsSparkReadsItWhenItIsTheLatest() throws Exception {
    List<String> wrong = new ArrayList<>();
    for (Path life : lives) {
      GrowingTable table = new GrowingTable(life, folder.resolve("raw_" + life.getFileName()));
      Map<String, Integer> widest = new HashMap<>();
      for (long version = 0; !table.isWhole(); version++) {
        JsonNode seen = table.grow();
        // What was written while a type was wider Spark cuts.
        if (!isNarrowed(widest, seen.get("types")) && seen.has("feed")) {
          List<JsonNode> expected = new ArrayList<>();
          seen.get("feed").forEach(expected::add);
          String read;
          try {
            OptionalLong here = OptionalLong.of(version);
            read =
                FeedLines.sorted(FeedLines.read(FeedLines.feed(table.uri(), here, here)))
                    .toString();
          } catch (FreshetException e) {
            read = e.toString();
          }
          if (!read.equals(FeedLines.sorted(expected).toString())) {
            wrong.add(life.getFileName() + " at version " + version + ": " + read + expected);
          }
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  private static boolean isNarrowed(Map<String, Integer> widest, JsonNode types) {
    boolean narrowed = false;
    for (Map.Entry<String, JsonNode> type : types.properties()) {
      int width = WIDTHS.indexOf(type.getValue().asText());
      narrowed |= width < widest.merge(type.getKey(), width, Math::max);
    }
    return narrowed;
  }

  @Test
  void aCollectionIsWhatSparkReadsOfTheTableAfterEachCommit() throws Exception {
    List<String> wrong = new ArrayList<>();
    int compared = 0;
    for (Path life : lives) {
      for (int reading = 0; reading < READINGS; reading++) {
        String name = life.getFileName() + ", reading " + reading;
        Path copy = folder.resolve(life.getFileName() + "_" + reading);
        Follower follower = new Follower(new GrowingTable(life, copy), new Random(reading));
        try {
          follower.followItsLife();
        } catch (FreshetException | AssertionError e) {
          wrong.add(name + " at " + follower.cursor + ": " + e);
        }
        compared += follower.compared;
      }
    }
    assertEquals("", String.join("\n", wrong));
    assertTrue(compared > lives.size() * READINGS, compared + " comparisons");
  }

  /** What a pipeline does, and whoever starts it. */
  private static final class Follower {
    private final GrowingTable table;
    private final Random random;
    private final ChangeFeed feed;
    private long nanos;
    private Cursor cursor = Cursor.changesFrom(0);
    private Anchor anchor = Anchor.NONE;
    private ModelCollection collection = new ModelCollection();
    private Optional<Run> run = Optional.empty();
    private int compared;

    /** From one start to the next. */
    private record Run(TableLog log, Schema schema, TableSlicePlanner planner, SliceRows rows) {}

    Follower(GrowingTable table, Random random) {
      this.table = table;
      this.random = random;
      this.feed =
          Feeds.keyedBy(
              "id",
              Feeds.of(
                  table.uri(),
                  IN_USE,
                  Keys.valueOf(table.meta().get("keys").asText().toUpperCase(Locale.ROOT)),
                  ""));
    }

    void followItsLife() throws IOException, InterruptedException {
      while (!table.isWhole()) {
        JsonNode seen = table.grow();
        while (random.nextInt(4) == 0 && !table.isWhole()) {
          seen = table.grow();
        }
        if (random.nextInt(4) == 0) {
          run = Optional.empty();
        }
        boolean isThere = IN_USE.stream().allMatch(seen.get("types")::has);
        if (run.isEmpty() && isThere) {
          start();
        }
        if (run.isPresent() && !follow()) {
          run = Optional.empty();
        }
        if (isThere) {
          // One that met a column that was away is started again by whoever brought it back.
          if (run.isEmpty()) {
            start();
            assertTrue(follow(), "stands at " + cursor);
          }
          assertEquals(rows(seen), rows(collection), () -> "at " + cursor);
          compared++;
        }
      }
    }

    private TableLog open() {
      return TableLogs.open(table.uri(), new Configuration());
    }

    private void start() {
      TableLog log = open();
      log.forget();
      TableInfo latest = log.info();
      if (cursor.position().version() > 0) {
        // The id of before, so that the commit must tell.
        HistoryCheck.requireSame(
            new LedgerIdentity("", "", latest.uri()), anchor, cursor, latest, log);
      }
      Schema schema = DeltaChanges.schemaOf(feed, latest);
      TableSlicePlanner planner =
          new TableSlicePlanner(
              this::open, feed, Optional.of(schema), Optional::empty, () -> nanos);
      SliceRows rows = new SliceRows(feed, schema, this::open, new Decoders(DECODERS, 2));
      run = Optional.of(new Run(log, schema, planner, rows));
    }

    /** Up to the latest version; false if it lacks a column. */
    private boolean follow() throws IOException, InterruptedException {
      while (true) {
        Run now = run.orElseThrow();
        try {
          Optional<PlannedSlice> planned =
              now.planner().plan(cursor, anchor, 1 + random.nextInt(8));
          if (planned.isEmpty()) {
            return true;
          }
          Slice slice = planned.get().slice();
          collection.apply(slice, now.rows().read(slice).changes(), random);
          cursor = new Cursor(slice.snapshot() && !slice.to().isStartOfVersion(), slice.to());
          anchor =
              new Anchor(slice.lastVersion(), now.log().digest(slice.lastVersion()).orElseThrow());
        } catch (FreshetException e) {
          nanos += Duration.ofSeconds(4).toNanos();
          if (e.category().stopsPipeline() && !canGoOn(e, now)) {
            return false;
          }
        }
      }
    }

    private boolean canGoOn(FreshetException failure, Run now) throws IOException {
      if (failure.category() != FailureCategory.SCHEMA) {
        throw failure;
      }
      TableInfo latest = now.log().info();
      if (!IN_USE.stream().allMatch(latest.schema()::has)) {
        return false;
      }
      if (!DeltaChanges.mustBeReadAnew(feed, now.schema(), latest)) {
        requireRetyped(failure, latest.version());
        cursor = Cursor.snapshotAt(latest.version());
        anchor = StartingPoint.anchor(cursor, now.log());
        collection = new ModelCollection();
      }
      start();
      return true;
    }

    /** A resync must be needed. */
    private void requireRetyped(FreshetException failure, long latest) throws IOException {
      for (long version = cursor.position().version(); version <= latest; version++) {
        if (RETYPING.contains(table.operation(version))) {
          return;
        }
      }
      throw failure;
    }
  }

  private static Map<String, List<String>> rows(JsonNode seen) {
    Map<String, List<String>> rows = new TreeMap<>();
    seen.get("rows")
        .properties()
        .forEach(
            row -> {
              List<String> texts = new ArrayList<>();
              row.getValue().forEach(text -> texts.add(text.asText()));
              rows.put(row.getKey(), texts);
            });
    return rows;
  }

  private static Map<String, List<String>> rows(ModelCollection collection) {
    Map<String, List<String>> rows = new TreeMap<>();
    collection
        .rows()
        .forEach(
            (key, values) ->
                rows.put(key, Arrays.stream(values).skip(1).map(SparkLivesTest::text).toList()));
    return rows;
  }

  /** As docs/models.md has it. */
  private static String text(Object value) {
    if (value == null) {
      return "";
    } else if (value instanceof BigDecimal decimal) {
      return decimal.toPlainString();
    } else if (value instanceof LocalDateTime time) {
      return time.format(DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS"));
    } else if (value instanceof Row row) {
      return row.getSchema().getFieldNames().stream()
          .map(name -> name + "=" + text(row.getValue(name)))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    return value.toString();
  }
}
