package io.freshet.delta.table;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Logs that begin with a checkpoint of each kind. Spark wrote them: a table partitioned by {@code
 * p}, two rows a commit, a checkpoint at version 4; then commits 0 to 3 were deleted.
 */
class CheckpointsTest {
  @TempDir private Path folder;

  @BeforeEach
  void unpack() throws IOException, InterruptedException {
    Corpus.unpackArchive("/checkpoints/checkpoints.tar.gz", folder);
  }

  private TableLog open(String name) {
    return TableLogs.open(folder.resolve(name).toString(), new Configuration());
  }

  @ParameterizedTest
  @ValueSource(strings = {"multipart", "v2_json", "v2_parquet"})
  void stateAndFilesAreThoseOfTheCheckpoint(String name) throws Exception {
    TableLog log = open(name);
    assertEquals(4, log.oldestVersion());
    for (long version = 4; version <= 6; version++) {
      TableInfo info = log.infoAt(version);
      assertEquals(version, info.version());
      assertTrue(info.changeFeed());
      assertEquals(List.of("p"), info.partitionColumns());
      assertEquals(List.of("id", "v", "p"), info.schema().schema().getFieldNames());
      assertEquals(rows(version), rows(log.snapshot(version), info.schema().schema()));
    }
    assertEquals(6, log.info().version());
    assertEquals(2, log.commit(6).orElseThrow().units().size());
  }

  /**
   * Spark writes a checksum for each page; the disk, or a copy that failed, has others for some.
   */
  @ParameterizedTest
  @ValueSource(strings = {"multipart", "v2_json", "v2_parquet"})
  void pagesThatAreNotAsTheyWereWrittenAreNoFiles(String name) throws Exception {
    List<String> right = files(name);
    try (Stream<Path> all = Files.walk(folder.resolve(name).resolve("_delta_log"))) {
      for (Path file : all.filter(f -> f.toString().endsWith(".parquet")).toList()) {
        byte[] whole = Files.readAllBytes(file);
        int footer = ByteBuffer.wrap(whole).order(LITTLE_ENDIAN).getInt(whole.length - 8);
        int pages = whole.length - 8 - footer;
        for (int at = 4; at < pages - 4; at += Math.max(1, pages / 60)) {
          byte[] other = whole.clone();
          Arrays.fill(other, at, at + 4, (byte) 0xff);
          Files.write(file, other);
          FollowedFiles.forget(folder.resolve(name).toString(), new Configuration());
          try {
            assertEquals(right, files(name), file + " at " + at);
          } catch (FreshetException e) {
            assertEquals(FailureCategory.CORRUPT_FILE, e.category(), e.getMessage());
          }
        }
        Files.write(file, whole);
      }
    }
  }

  private List<String> files(String name) {
    return open(name).snapshot(6).files().stream()
        .map(file -> file.path() + " " + file.bytes() + " " + file.partitionValues())
        .sorted()
        .toList();
  }

  private static List<String> rows(long version) {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < version; i++) {
      rows.add("[%d, v%d, a]".formatted(i, i));
      rows.add("[%d, w, b]".formatted(i + 10));
    }
    return rows.stream().sorted().toList();
  }

  private static List<String> rows(TableSnapshot snapshot, Schema schema) throws Exception {
    List<String> rows = new ArrayList<>();
    for (DataUnit file : snapshot.files()) {
      Rows.all(file, schema).forEach(row -> rows.add(row.toString()));
    }
    return rows.stream().sorted().toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"multipart", "v2_json", "v2_parquet"})
  void versionsBeforeItAreLost(String name) {
    TableLog log = open(name);
    for (Executable read :
        List.<Executable>of(() -> log.infoAt(3), () -> log.snapshot(3), () -> log.fileChanges(3))) {
      FreshetException lost = assertThrows(FreshetException.class, read);
      assertEquals(FailureCategory.HISTORY_LOST, lost.category(), lost.getMessage());
      assertTrue(lost.getMessage().contains("the oldest version that can is 4"), lost.getMessage());
    }
  }

  /** Someone cleans the log up while it is read. */
  @ParameterizedTest
  @ValueSource(strings = {"multipart", "v2_json", "v2_parquet"})
  void checkpointThatGoesAfterTheListingIsLost(String name) throws IOException {
    TableLog log = open(name);
    LogFolder logFolder = LogFolder.open(folder.resolve(name).toString(), new Configuration());
    LogListing before = logFolder.list();
    try (Stream<Path> files = Files.list(folder.resolve(name).resolve("_delta_log"))) {
      for (Path file : files.filter(f -> f.toString().contains(".checkpoint.")).toList()) {
        Files.delete(file);
      }
    }
    assertLost(() -> log.snapshot(5));
    assertLost(() -> StateReader.read(logFolder, before, 5, List.of()));
  }

  private static void assertLost(Executable read) {
    FreshetException lost = assertThrows(FreshetException.class, read);
    assertEquals(FailureCategory.HISTORY_LOST, lost.category(), lost.getMessage());
    assertTrue(lost.getMessage().contains("start with a snapshot"), lost.getMessage());
  }
}
