package io.freshet.delta.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.delta.kernel.TableManager;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.actions.Metadata;
import io.delta.kernel.internal.actions.Protocol;
import io.delta.kernel.internal.util.VectorUtils;
import io.delta.standalone.DeltaLog;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read of tables that Spark wrote, against what Spark itself reads of them. */
class SparkTablesTest {
  @TempDir private static Path folder;
  private static Corpus corpus;

  @BeforeAll
  static void unpack() throws IOException, InterruptedException {
    corpus = Corpus.unpack(folder);
  }

  private static TableLog open(String name) {
    return TableLogs.open(corpus.table(name), new Configuration());
  }

  @ParameterizedTest
  @CsvSource({
    "append_many, 0, 27, 66",
    "upd_del_merge, 0, 8, 46",
    "insert_overwrite, 0, 6, 30",
    "delete_whole_partition, 0, 7, 22",
    "optimize_noop, 0, 9, 12",
    "schema_add_col, 0, 8, 8",
    "cdf_midway, 4, 7, 5",
    "log_cleanup, 10, 18, 12",
    "user_id_edge, 0, 4, 30",
    "partition_special, 0, 4, 30",
    "multi_rowgroup, 0, 3, 7382",
    "ict_on, 0, 4, 7",
    "drs_cdf-table, 0, 3, 23",
    "drs_checkpoint-cdf-table, 3, 5, 13",
    "dv_cdf, 0, 9, 51",
    "colmap_name, 0, 5, 6",
  })
  void commitsAreReadAsSparkReadsThem(String name, long first, long last, int changes)
      throws Exception {
    TableLog log = open(name);
    TableInfo info = log.info();
    assertEquals(last, info.version());
    int rows = 0;
    for (long version = first; version <= last; version++) {
      List<JsonNode> expected = corpus.expected(name, version);
      Commit commit = log.commit(version).orElseThrow();
      assertEquals(version, commit.version());
      assertEquals(sorted(expected), sorted(changes(commit, info.schema().schema())));
      rows += expected.size();
    }
    assertEquals(changes, rows);
    assertTrue(log.commit(last + 1).isEmpty());
  }

  private static List<JsonNode> changes(Commit commit, Schema schema) throws InterruptedException {
    List<JsonNode> rows = new ArrayList<>();
    for (ObjectNode row : JsonValues.changes(commit, schema)) {
      rows.add(row.put("_commit_timestamp", commit.timestamp().toEpochMilli()));
    }
    return rows;
  }

  private static List<String> sorted(List<JsonNode> rows) {
    return rows.stream().map(JsonNode::toString).sorted().toList();
  }

  @Test
  void columnsAreReadInTheOrderAskedFor() throws Exception {
    TableLog log = open("append_many");
    Schema projection = log.info().schema().project(List.of("note", "user_id"));
    DataUnit unit = log.commit(1).orElseThrow().units().get(0);
    assertEquals(List.of("n0", "u0"), Rows.all(unit, projection).get(0));
  }

  @Test
  void snapshotIsTheWholeTableInAnOrderThatStays() throws Exception {
    TableLog log = open("append_many");
    TableSnapshot snapshot = log.snapshot(27);
    Schema schema = log.info().schema().schema();
    List<JsonNode> rows = new ArrayList<>();
    for (DataUnit unit : snapshot.files()) {
      for (List<Object> values : Rows.all(unit, schema)) {
        rows.add(JsonValues.row(schema, values));
      }
    }
    List<JsonNode> expected = new ArrayList<>();
    for (long version = 0; version <= 27; version++) {
      for (JsonNode row : corpus.expected("append_many", version)) {
        expected.add(
            ((ObjectNode) row)
                .without(List.of("_change_type", "_commit_version", "_commit_timestamp")));
      }
    }
    assertEquals(sorted(expected), sorted(rows));
    assertEquals(
        corpus.meta("append_many").at("/commit_mtimes_ms/27").asLong(),
        snapshot.timestamp().toEpochMilli());
    assertEquals(snapshot.files(), open("append_many").snapshot(27).files());
    // The table was written commit by commit: its first row is in the oldest file.
    assertEquals("u0", Rows.all(snapshot.files().get(0), schema).get(0).get(0));
  }

  @Test
  void snapshotOfAnOlderVersionHasOnlyItsFiles() {
    TableLog log = open("append_many");
    assertEquals(12, log.snapshot(12).files().size());
    assertEquals(12, log.infoAt(12).version());
  }

  @Test
  void compactedFilesAreInTheSnapshotButNotInTheCommit() {
    TableLog log = open("optimize_noop");
    assertEquals(List.of(), log.commit(5).orElseThrow().units());
    assertEquals(1, log.snapshot(5).files().size());
  }

  @Test
  void schemaChangesAreToldWithTheirCommit() {
    TableLog log = open("schema_add_col");
    assertEquals(
        List.of("id", "c2", "s", "n"),
        log.commit(2).orElseThrow().schemaChange().orElseThrow().schema().getFieldNames());
    assertTrue(log.commit(1).orElseThrow().schemaChange().isEmpty());
    assertEquals(List.of("id", "s", "n"), log.infoAt(1).schema().schema().getFieldNames());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3})
  void commitsBeforeTheFeedWasSwitchedOnAreRefused(long version) {
    FreshetException refused =
        assertThrows(FreshetException.class, () -> open("cdf_midway").commit(version));
    assertEquals(FailureCategory.FEED_OFF, refused.category());
    assertEquals(
        "Change data feed is not enabled at version %d of file:%s; start at version 4 or later, or with a snapshot"
            .formatted(version, corpus.table("cdf_midway")),
        refused.getMessage());
  }

  @Test
  void feedThatWasNeverOnIsRefused() {
    TableLog log = open("cdf_off");
    assertEquals(false, log.info().changeFeed());
    FreshetException refused = assertThrows(FreshetException.class, () -> log.commit(3));
    assertEquals(FailureCategory.FEED_OFF, refused.category());
    assertTrue(refused.getMessage().contains("set delta.enableChangeDataFeed=true"));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 5, 9})
  void versionsThatWereCleanedAwayAreNamedWithTheOldestThatIsLeft(long version) {
    TableLog log = open("log_cleanup");
    for (int i = 0; i < 2; i++) {
      FreshetException lost = assertThrows(FreshetException.class, () -> log.commit(version));
      assertEquals(FailureCategory.HISTORY_LOST, lost.category());
      assertTrue(lost.getMessage().startsWith("Version " + version + " of "), lost.getMessage());
      assertTrue(lost.getMessage().contains("is 10:"), lost.getMessage());
    }
    assertEquals(
        FailureCategory.HISTORY_LOST,
        assertThrows(FreshetException.class, () -> log.snapshot(version)).category());
  }

  @Test
  void everyVersionOfEveryTableIsReadAsSparkReadsItOrRefused() throws Exception {
    assertEquals(18, corpus.names().size());
    for (String name : corpus.names()) {
      JsonNode meta = corpus.meta(name);
      for (long version = meta.get("first_json").asLong();
          version <= meta.get("last").asLong();
          version++) {
        // Where Spark does not read the table in one go, only the versions that it reads by
        // themselves have a schema.
        if (meta.get("expected_mode").asText().equals("per_version")
            && !meta.get("expected_schema_by_version").has(Long.toString(version))) {
          assertRefused(name, version);
        } else {
          TableLog log = open(name);
          assertEquals(
              sorted(corpus.expected(name, version)),
              sorted(changes(log.commit(version).orElseThrow(), log.info().schema().schema())),
              name + " " + version);
        }
      }
    }
  }

  /** The error names the version, or the file that is gone, and the way out. */
  private static void assertRefused(String name, long version) {
    TableLog log = open(name);
    Schema schema = log.info().schema().schema();
    FreshetException refused =
        assertThrows(
            FreshetException.class,
            () -> changes(log.commit(version).orElseThrow(), schema),
            name + " " + version);
    assertEquals(
        name.equals("vacuum_cdc") ? FailureCategory.HISTORY_LOST : FailureCategory.FEED_OFF,
        refused.category());
    assertTrue(refused.getMessage().contains("start"), refused.getMessage());
  }

  @Test
  void tablesAreRebuiltAsBothLibrariesDo() throws Exception {
    int compared = 0;
    for (String name : corpus.names()) {
      Configuration conf = new Configuration();
      LogFolder folder = LogFolder.open(corpus.table(name), conf);
      TableLog log = open(name);
      LogReplay kernel = new KernelReplay(folder);
      boolean both = corpus.meta(name).at("/protocol/minReaderVersion").asInt() == 1;
      for (long version = log.oldestVersion(); version <= log.info().version(); version++) {
        assertEquals(kernels(folder, version), state(folder, version));
        List<DataUnit> files = log.snapshot(version).files();
        assertEquals(Libraries.files(kernel, folder, version), files, name + " " + version);
        if (both) {
          assertEquals(standalones(folder, version), state(folder, version).metadata());
          assertEquals(
              Libraries.files(new StandaloneReplay(folder), folder, version),
              files,
              name + " " + version);
          compared++;
        }
      }
    }
    assertEquals(COMPARED, compared);
  }

  private record State(LogProtocol protocol, TableMetadata metadata) {}

  private static State state(LogFolder folder, long version) {
    TableState state = StateReader.read(folder, folder.list(), version, List.of());
    return new State(state.protocol(), state.metadata());
  }

  private static State kernels(LogFolder folder, long version) {
    SnapshotImpl snapshot =
        (SnapshotImpl)
            TableManager.loadSnapshot(folder.table().toString())
                .atVersion(version)
                .build(new KernelEngine(folder.hadoopConf()));
    Protocol protocol = snapshot.getProtocol();
    Metadata metadata = snapshot.getMetadata();
    return new State(
        new LogProtocol(
            protocol.getMinReaderVersion(),
            List.copyOf(protocol.getReaderFeatures()),
            List.copyOf(protocol.getWriterFeatures())),
        new TableMetadata(
            metadata.getId(),
            metadata.getSchemaString(),
            VectorUtils.toJavaList(metadata.getPartitionColumns()),
            metadata.getConfiguration()));
  }

  private static TableMetadata standalones(LogFolder folder, long version) {
    io.delta.standalone.actions.Metadata metadata =
        DeltaLog.forTable(folder.hadoopConf(), folder.table())
            .getSnapshotForVersionAsOf(version)
            .getMetadata();
    return new TableMetadata(
        metadata.getId(),
        metadata.getSchema().toJson(),
        metadata.getPartitionColumns(),
        metadata.getConfiguration());
  }

  /** Versions of all tables of reader version 1 that can be rebuilt. */
  private static final int COMPARED = 127;

  @ParameterizedTest
  @ValueSource(strings = {"dv_cdf", "colmap_name", "append_many"})
  void snapshotHasTheRowsThatTheFeedLeaves(String name) throws Exception {
    TableLog log = open(name);
    Schema schema = log.info().schema().schema();
    List<String> left = new ArrayList<>();
    for (long version = 0; version <= log.info().version(); version++) {
      List<JsonNode> changes = corpus.expected(name, version);
      for (JsonNode row : changes) {
        if (row.get("_change_type").asText().matches("delete|update_preimage")) {
          assertTrue(left.remove(withoutChange(row)), row.toString());
        }
      }
      for (JsonNode row : changes) {
        if (row.get("_change_type").asText().matches("insert|update_postimage")) {
          left.add(withoutChange(row));
        }
      }
    }
    List<String> rows = new ArrayList<>();
    for (DataUnit unit : log.snapshot(log.info().version()).files()) {
      Rows.all(unit, schema).forEach(row -> rows.add(JsonValues.row(schema, row).toString()));
    }
    assertEquals(left.stream().sorted().toList(), rows.stream().sorted().toList());
  }

  private static String withoutChange(JsonNode row) {
    return ((ObjectNode) row.deepCopy())
        .without(List.of("_change_type", "_commit_version", "_commit_timestamp"))
        .toString();
  }

  @Test
  void featuresThatNoOneKnowsHereAreNamed() throws IOException {
    Path commit = Path.of(corpus.table("dv_cdf"), "_delta_log", "00000000000000000000.json");
    String log = Files.readString(commit);
    Files.writeString(
        commit, log.replace("\"readerFeatures\":[", "\"readerFeatures\":[\"telepathy\","));
    try {
      FreshetException refused = assertThrows(FreshetException.class, () -> open("dv_cdf"));
      assertEquals(FailureCategory.TABLE_UNSUPPORTED, refused.category());
      assertTrue(
          refused.getMessage().contains("version 3 with the features telepathy,"),
          refused.getMessage());
    } finally {
      Files.writeString(commit, log);
      Files.setLastModifiedTime(
          commit, FileTime.fromMillis(corpus.meta("dv_cdf").at("/commit_mtimes_ms/0").asLong()));
    }
  }
}
