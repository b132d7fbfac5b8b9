package io.freshet.delta.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.testing.DeltaTables;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of a log that only save time, and are wrong: what a version holds does not change. */
class OptionalFilesTest {
  private static final long LATEST = 7;

  /**
   * Checkpoints at versions 2 and 5; the last commits are an append and a delete. The second table
   * needs a reader of version 3.
   */
  private static final String TABLE =
      """
      import sys, pyarrow as pa
      from deltalake import DeltaTable, write_deltalake
      for path, at in zip(sys.argv[1:], (pa.timestamp("us", "UTC"), pa.timestamp("us"))):
          schema = pa.schema([("user_id", pa.string()), ("at", at)])
          table = DeltaTable.create(path, schema=schema, configuration={
              "delta.enableChangeDataFeed": "true", "delta.checkpointInterval": "1000000"})
          for number in range(1, 7):
              rows = pa.table({"user_id": [f"u{number}"], "at": [number]}, schema=schema)
              write_deltalake(table, rows, mode="append")
              if number in (2, 5):
                  table.create_checkpoint()
          table.delete("user_id = 'u3'")
      """;

  @TempDir private static Path made;
  @TempDir private Path folder;
  private static final Map<String, List<List<DataUnit>>> EXPECTED = new HashMap<>();
  private Path original;
  private Path table;
  private Path log;

  @BeforeAll
  static void make() {
    DeltaTables.python(TABLE, made.resolve("1").toString(), made.resolve("3").toString());
    for (String name : List.of("1", "3")) {
      List<List<DataUnit>> files = new ArrayList<>();
      for (long version = 0; version <= LATEST; version++) {
        files.add(Libraries.files(made.resolve(name).toString(), version));
      }
      EXPECTED.put(name, files);
    }
  }

  @BeforeEach
  void copy() throws IOException {
    copy("1");
  }

  private void copy(String readerVersion) throws IOException {
    original = made.resolve(readerVersion);
    table = folder.resolve("table" + readerVersion);
    log = table.resolve("_delta_log");
    try (Stream<Path> files = Files.walk(original)) {
      for (Path file : files.toList()) {
        Files.copy(file, table.resolve(original.relativize(file).toString()));
      }
    }
  }

  private List<String> right(long version) {
    return paths(EXPECTED.get(original.getFileName().toString()).get((int) version), original);
  }

  private TableLog open() {
    return TableLogs.open(table.toString(), new Configuration());
  }

  private List<String> paths(List<DataUnit> files, Path of) {
    return files.stream().map(file -> file.path().replace(of.toString(), "")).sorted().toList();
  }

  /** Each by a reader that knows nothing yet, and by one that goes on. */
  private void requireSame(long oldest) {
    for (long version = oldest; version <= LATEST; version++) {
      open().forget();
      assertEquals(
          right(version), paths(open().snapshot(version).files(), table), "version " + version);
      open().forget();
      assertEquals(version, open().infoAt(version).version());
    }
    open().forget();
    TableLog going = open();
    for (long version = oldest; version <= LATEST; version++) {
      assertEquals(
          right(version), paths(going.snapshot(version).files(), table), "version " + version);
    }
  }

  private Path checkpoint(long version) {
    return log.resolve(LogFile.checkpointName(version));
  }

  private Path commit(long version) {
    return log.resolve(LogFile.commitName(version));
  }

  @ParameterizedTest
  @CsvSource({"1,''", "3,''", "1,cut", "3,cut", "1,{}", "3,{}"})
  void compactedCommits(String readerVersion, String content) throws IOException {
    if (!readerVersion.equals("1")) {
      copy(readerVersion);
    }
    for (long first = 0; first < LATEST; first++) {
      Files.writeString(
          log.resolve("%020d.%020d.compacted.json".formatted(first, LATEST)), content);
      Files.writeString(
          log.resolve("%020d.%020d.compacted.json".formatted(first, first + 1)), content);
    }
    requireSame(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{\"version\":6,\"size\":7}",
        "{\"version\":99,\"size\":7,\"parts\":3}",
        "{\"version\":5,\"size\":7,\"parts\":2}"
      })
  void hintOfTheLastCheckpoint(String content) throws IOException {
    Files.writeString(log.resolve("_last_checkpoint"), content);
    requireSame(0);
  }

  @Test
  void checksumsOfVersions() throws IOException {
    for (long version = 0; version <= LATEST; version++) {
      Files.writeString(log.resolve("%020d.crc".formatted(version)), "{\"numFiles\":0}");
      Files.writeString(
          log.resolve(".%020d.json.crc".formatted(version)), "crc\0\0\0\2\0with another sum");
    }
    for (long version : List.of(2L, 5L)) {
      Files.writeString(
          log.resolve("." + checkpoint(version).getFileName() + ".crc"), "crc\0\0\0\2\0another");
    }
    requireSame(0);
  }

  private static void spoil(Path file, String how) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      switch (how) {
        case "empty" -> bytes.setLength(0);
        case "cut" -> bytes.setLength(bytes.length() / 2);
        case "zeros" -> bytes.write(new byte[(int) bytes.length()]);
        case "zeros before the footer" -> bytes.write(new byte[200]);
        default -> throw new IllegalArgumentException(how);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"empty", "cut", "zeros", "zeros before the footer"})
  void checkpointThatCannotBeRead(String how) throws IOException {
    spoil(checkpoint(5), how);
    requireSame(0);
    spoil(checkpoint(2), how);
    requireSame(0);
  }

  @Test
  void checkpointThatIsGoneSinceTheListing() throws IOException {
    TableLog before = open();
    assertEquals(LATEST, before.info().version());
    Files.delete(checkpoint(5));
    assertEquals(right(6), paths(before.snapshot(6).files(), table));
  }

  @ParameterizedTest
  @CsvSource({"2,5", "0,2"})
  void commitsThatAreThereSinceAnOlderCheckpoint(long oldest, long bad) throws IOException {
    for (long version = 0; version < oldest; version++) {
      Files.delete(commit(version));
    }
    spoil(checkpoint(bad), "cut");
    requireSame(oldest);
  }

  @ParameterizedTest
  @ValueSource(strings = {"empty", "cut", "zeros"})
  void aCheckpointThatIsNeededIsNamed(String how) throws IOException {
    for (long version = 0; version < 5; version++) {
      Files.delete(commit(version));
    }
    Files.delete(checkpoint(2));
    spoil(checkpoint(5), how);
    FreshetException bad = assertThrows(FreshetException.class, () -> open().snapshot(6));
    assertEquals(FailureCategory.CORRUPT_FILE, bad.category(), bad.getMessage());
    assertTrue(
        bad.getMessage().startsWith("The checkpoint file:" + checkpoint(5) + " cannot be read"),
        bad.getMessage());
    assertTrue(bad.getMessage().endsWith("restore the file"), bad.getMessage());
  }
}
