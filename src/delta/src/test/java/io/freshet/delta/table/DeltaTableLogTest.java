package io.freshet.delta.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.ledger.ReadCommit;
import io.freshet.testing.DeltaTables;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logs that delta-rs writes. */
class DeltaTableLogTest {
  @TempDir private Path folder;
  private Path table;

  @BeforeEach
  void nameTable() {
    table = folder.resolve("events");
  }

  @AfterEach
  void answerAgain() {
    CountingFileSystem.fail(false);
  }

  private TableLog open() {
    return TableLogs.open(table.toString(), new Configuration());
  }

  /** With a clock that is the element of {@code nanos}. */
  private TableLog open(long[] nanos) {
    return DeltaTableLog.open(
        LogFolder.open(table.toString(), new Configuration()), () -> nanos[0]);
  }

  private Path commitFile(long version) {
    return table.resolve("_delta_log").resolve(String.format(Locale.ROOT, "%020d.json", version));
  }

  private static FreshetException failure(FailureCategory category, Executable call) {
    FreshetException failure = assertThrows(FreshetException.class, call);
    assertEquals(category, failure.category(), failure.getMessage());
    return failure;
  }

  @Test
  void commitsAreFoundWhenTheyCome() throws IOException {
    DeltaTables.create(table, true);
    TableLog log = open();
    assertEquals(List.of(), log.commit(0).orElseThrow().units());
    assertTrue(log.commit(1).isEmpty());
    DeltaTables.append(table, 0, 7);
    Files.setLastModifiedTime(commitFile(0), FileTime.from(Instant.parse("2026-02-03T04:05:05Z")));
    Files.setLastModifiedTime(commitFile(1), FileTime.from(Instant.parse("2026-02-03T04:05:06Z")));
    log = open();
    Commit commit = log.commit(1).orElseThrow();
    assertEquals(Instant.parse("2026-02-03T04:05:06Z"), commit.timestamp());
    assertEquals(1, commit.units().size());
    DataUnit unit = commit.units().get(0);
    assertEquals(OptionalLong.of(7), unit.rows());
    assertEquals(Files.size(Path.of(unit.path().substring("file:".length()))), unit.bytes());
    assertTrue(log.commit(2).isEmpty());
    assertEquals(1, log.info().version());
  }

  @Test
  void timesOfCommitsGrowWhateverThoseOfTheirFilesAre() throws IOException {
    DeltaTables.create(table, true);
    DeltaTables.append(table, 0, 1);
    DeltaTables.append(table, 1, 1);
    Instant first = Instant.parse("2026-02-03T04:05:06Z");
    Files.setLastModifiedTime(commitFile(0), FileTime.from(first));
    Files.setLastModifiedTime(commitFile(1), FileTime.from(first.minusSeconds(60)));
    Files.setLastModifiedTime(commitFile(2), FileTime.from(first));
    TableLog log = open();
    assertEquals(first.plusMillis(2), log.commit(2).orElseThrow().timestamp());
    assertEquals(first, log.commit(0).orElseThrow().timestamp());
    assertEquals(first.plusMillis(1), log.commit(1).orElseThrow().timestamp());
    assertEquals(first.plusMillis(2), log.snapshot(2).timestamp());
  }

  @Test
  void infoTellsWhatTheTableIs() {
    DeltaTables.create(table, true, "event_type");
    TableInfo info = open().info();
    assertEquals("file:" + table, info.uri());
    assertEquals(0, info.version());
    assertEquals(List.of("event_type"), info.partitionColumns());
    assertTrue(info.changeFeed());
    assertEquals(
        List.of("event_id", "user_id", "item_id", "event_type", "event_timestamp"),
        info.schema().schema().getFieldNames());
    assertEquals(info.id(), open().infoAt(0).id());
  }

  @Test
  void findingNothingCostsOneRequestAndACommitThree() {
    DeltaTables.create(table, true);
    DeltaTables.append(table, 0, 1);
    TableLog log =
        TableLogs.open(CountingFileSystem.address(table), CountingFileSystem.configuration());
    log.commit(1);
    log.commit(2);
    CountingFileSystem.requests();
    log.commit(2);
    log.commit(2);
    assertEquals(
        List.of("status 00000000000000000002.json", "status 00000000000000000002.json"),
        CountingFileSystem.requests());
    DeltaTables.append(table, 1, 1);
    DeltaTables.append(table, 2, 1);
    log.commit(2);
    log.commit(3);
    assertEquals(
        List.of(
            "status 00000000000000000002.json",
            "status 00000000000000000002.json",
            "open 00000000000000000002.json",
            "status 00000000000000000003.json",
            "status 00000000000000000003.json",
            "open 00000000000000000003.json"),
        CountingFileSystem.requests());
  }

  @Test
  void logIsListedOnceByAllThatOpenIt() {
    DeltaTables.create(table, true);
    for (int i = 0; i < 4; i++) {
      DeltaTables.append(table, i, 1);
    }
    CountingFileSystem.requests();
    for (int i = 0; i < 3; i++) {
      TableLog log =
          TableLogs.open(CountingFileSystem.address(table), CountingFileSystem.configuration());
      assertEquals(4, log.info().version());
      assertEquals(2, log.infoAt(2).version());
      assertTrue(log.commit(3).isPresent());
      assertTrue(log.commit(4).isPresent());
      assertTrue(log.commit(5).isEmpty());
    }
    assertEquals(
        List.of("list _delta_log"),
        CountingFileSystem.requests().stream().filter(r -> r.startsWith("list")).toList());
  }

  @Test
  void commitsThatComeAfterTheListingCount() {
    DeltaTables.create(table, true);
    TableLog log = open();
    for (int i = 0; i < 5; i++) {
      DeltaTables.append(table, i, 1);
    }
    assertEquals(5, log.info().version());
    assertEquals(5, open().info().version());
    assertEquals(5, log.snapshot(5).files().size());
  }

  @Test
  void storageThatDoesNotAnswerIsToldFromALogThatIsGone() {
    DeltaTables.create(table, true);
    TableLog log =
        TableLogs.open(CountingFileSystem.address(table), CountingFileSystem.configuration());
    CountingFileSystem.fail(true);
    failure(FailureCategory.STORAGE_UNAVAILABLE, () -> log.commit(1));
    failure(FailureCategory.STORAGE_UNAVAILABLE, log::info);
    failure(FailureCategory.STORAGE_UNAVAILABLE, () -> log.snapshot(0));
    CountingFileSystem.fail(false);
    assertTrue(log.commit(1).isEmpty());
  }

  @Test
  void errorOfALocalDiskIsAFailureOfTheStorage() {
    DeltaTables.create(table, true);
    TableLog log =
        TableLogs.open(CountingFileSystem.address(table), CountingFileSystem.configuration());
    CountingFileSystem.failAsADisk();
    failure(FailureCategory.STORAGE_UNAVAILABLE, () -> log.commit(0));
    failure(FailureCategory.STORAGE_UNAVAILABLE, () -> log.commit(1));
    failure(FailureCategory.STORAGE_UNAVAILABLE, log::info);
    failure(FailureCategory.STORAGE_UNAVAILABLE, () -> log.snapshot(0));
    failure(
        FailureCategory.STORAGE_UNAVAILABLE,
        () ->
            TableLogs.open(CountingFileSystem.address(table), CountingFileSystem.configuration())
                .info());
    CountingFileSystem.fail(false);
    assertTrue(log.commit(1).isEmpty());
  }

  @Test
  void fileOfTheLogThatIsThereAndCannotBeOpenedIsNotGone() throws IOException {
    DeltaTables.create(table, true);
    // As where a descriptor or a permission is lacking, Java says that it was not found.
    String name = LogFile.commitName(0);
    Path commit = table.resolve("_delta_log").resolve(name);
    Files.delete(commit);
    LogFolder folder = LogFolder.at(table.toString(), new Configuration());
    assertThrows(FileNotFoundException.class, () -> folder.open(name));
    Files.createDirectory(commit);
    IOException thrown = assertThrows(IOException.class, () -> folder.open(name));
    assertFalse(thrown instanceof FileNotFoundException, thrown.toString());
  }

  @Test
  void commitMissingAmidOthersIsNoCommitYetToCome() throws IOException {
    DeltaTables.create(table, true);
    for (int i = 0; i < 3; i++) {
      DeltaTables.append(table, i, 1);
    }
    TableLog log = open();
    Files.delete(commitFile(2));
    FreshetException lost = failure(FailureCategory.HISTORY_LOST, () -> log.commit(2));
    assertTrue(
        lost.getMessage()
            .startsWith(
                "Version 2 is missing from the log of file:" + table + ", which goes from 0 to 3"),
        lost.getMessage());
  }

  @Test
  void tableThatIsReplacedUnderTheSamePathIsNoticed() throws IOException {
    DeltaTables.create(table, true);
    DeltaTables.append(table, 0, 1);
    DeltaTables.append(table, 1, 1);
    TableLog log = open();
    log.commit(2);
    Files.delete(commitFile(2));
    Files.delete(commitFile(1));
    FreshetException replaced = failure(FailureCategory.TABLE_REPLACED, () -> log.commit(3));
    assertTrue(
        replaced.getMessage().contains("had version 2, but its latest is 0 now"),
        replaced.getMessage());
  }

  @Test
  void tableThatIsReplacedByALongerOneIsNoticed() throws IOException {
    DeltaTables.create(table, true);
    DeltaTables.append(table, 0, 1);
    long[] nanos = {0};
    TableLog log = open(nanos);
    String id = log.info().id();
    log.commit(0);
    Path other = folder.resolve("other");
    DeltaTables.create(other, true);
    DeltaTables.append(other, 0, 1);
    DeltaTables.append(other, 1, 1);
    Files.move(table, folder.resolve("away"));
    Files.move(other, table);
    nanos[0] += Duration.ofSeconds(29).toNanos();
    assertTrue(log.commit(1).isPresent());
    nanos[0] += Duration.ofSeconds(2).toNanos();
    FreshetException replaced = failure(FailureCategory.TABLE_REPLACED, () -> log.commit(2));
    assertTrue(
        replaced.getMessage().contains("had the id " + id + " when version 0 was read"),
        replaced.getMessage());
  }

  @Test
  void commitFileThatWasOnlyTouchedIsOfTheSameTable() throws IOException {
    DeltaTables.create(table, true);
    DeltaTables.append(table, 0, 1);
    long[] nanos = {0};
    TableLog log = open(nanos);
    log.commit(0);
    Files.setLastModifiedTime(commitFile(0), FileTime.from(Instant.parse("2026-02-03T04:05:05Z")));
    nanos[0] += Duration.ofSeconds(31).toNanos();
    assertTrue(log.commit(1).isPresent());
  }

  @Test
  void feedThatIsSwitchedOffInPassingIsNoticed() {
    DeltaTables.create(table, true);
    DeltaTables.append(table, 0, 1);
    DeltaTables.python(
        """
        import sys
        from deltalake import DeltaTable
        DeltaTable(sys.argv[1]).alter.set_table_properties({"delta.enableChangeDataFeed": "false"})
        """,
        table.toString());
    DeltaTables.append(table, 1, 1);
    TableLog log = open();
    assertTrue(log.commit(0).isPresent());
    assertTrue(log.commit(1).isPresent());
    failure(FailureCategory.FEED_OFF, () -> log.commit(2));
    failure(FailureCategory.FEED_OFF, () -> log.commit(3));
    assertEquals(true, log.infoAt(1).changeFeed());
    assertEquals(false, log.infoAt(2).changeFeed());
  }

  @Test
  void deletedRowsAreReadOfTheChangeFileWithTheirType() throws Exception {
    DeltaTables.create(table, true);
    DeltaTables.append(table, 0, 5);
    DeltaTables.python(
        """
        import sys
        from deltalake import DeltaTable
        DeltaTable(sys.argv[1]).delete("user_id = 'u3'")
        """,
        table.toString());
    TableLog log = open();
    List<DataUnit> units = log.commit(2).orElseThrow().units();
    assertEquals(
        List.of(UnitContent.CHANGED_TO, UnitContent.CHANGED_FROM),
        units.stream().map(DataUnit::content).toList());
    Schema userId = log.info().schema().project(List.of("user_id"));
    assertEquals(List.of(), Rows.all(units.get(0), userId));
    assertEquals(List.of(List.of("u3")), Rows.all(units.get(1), userId));
  }

  @Test
  void addressOfNothingIsNamed() {
    FreshetException missing = failure(FailureCategory.TABLE_NOT_FOUND, this::open);
    assertTrue(missing.getMessage().startsWith("No table at file:" + table));
    failure(
        FailureCategory.OPTION,
        () -> TableLogs.open("nosuchscheme://bucket/table", new Configuration()));
  }

  @Test
  void folderWithoutALogIsNoDeltaTable() throws IOException {
    Files.createDirectories(table);
    assertTrue(
        failure(FailureCategory.TABLE_NOT_FOUND, this::open)
            .getMessage()
            .startsWith("file:" + table + " is not a Delta table"));
    Files.createDirectories(table.resolve("_delta_log"));
    assertTrue(
        failure(FailureCategory.TABLE_NOT_FOUND, this::open)
            .getMessage()
            .startsWith("file:" + table + " is not a Delta table"));
  }

  @Test
  void commitThatIsNoJsonIsCorrupt() throws IOException {
    DeltaTables.create(table, true);
    long[] nanos = {0};
    TableLog log = open(nanos);
    Files.writeString(commitFile(1), "{\"add\":{\"path\":");
    assertTrue(log.commit(1).isEmpty());
    nanos[0] += Duration.ofSeconds(1).toNanos();
    FreshetException corrupt = failure(FailureCategory.CORRUPT_FILE, () -> log.commit(1));
    assertTrue(corrupt.getMessage().startsWith("file:" + commitFile(1)), corrupt.getMessage());
    failure(FailureCategory.CORRUPT_FILE, log::info);
  }

  /** What a writer without an atomic put lets others see, and what it does not. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "half a line",
        "half a line with its end",
        "zeros",
        "zeros in a line",
        "zeros before the last line",
        "half a line before the last line",
        "two in a line"
      })
  void commitThatIsNotWholeIsReadWhenItIsOrHasHeldStillForASecond(String seen) throws IOException {
    DeltaTables.create(table, true);
    DeltaTables.append(table, 0, 7);
    String whole = Files.readString(commitFile(1));
    String cut =
        switch (seen) {
          case "half a line" -> whole.substring(0, whole.length() / 2);
          case "half a line with its end" -> whole.substring(0, whole.length() / 2) + "\n";
          case "zeros" -> whole.lines().findFirst().orElseThrow() + "\n\0\0\0\0";
          case "zeros in a line" -> whole.lines().findFirst().orElseThrow() + "\0\0\0\0";
          case "zeros before the last line" -> "\0\0\0\0\n" + whole;
          case "half a line before the last line" -> "{\"add\":\n" + whole;
          case "two in a line" -> whole.lines().findFirst().orElseThrow() + "{\"add\":{}}";
          default -> seen;
        };
    long[] nanos = {0};
    TableLog log = open(nanos);
    Files.writeString(commitFile(1), cut);
    assertTrue(log.commit(1).isEmpty());
    nanos[0] += Duration.ofMillis(999).toNanos();
    assertTrue(log.commit(1).isEmpty());
    assertTrue(log.hasCommit(1));

    Files.writeString(commitFile(1), whole);
    assertEquals(7, log.commit(1).orElseThrow().units().get(0).rows().getAsLong());

    Files.writeString(commitFile(1), cut);
    assertTrue(log.commit(1).isEmpty(), "it has changed");
    nanos[0] += Duration.ofSeconds(1).toNanos();
    if (cut.isBlank()) {
      assertEquals(List.of(), log.commit(1).orElseThrow().units());
    } else {
      failure(FailureCategory.CORRUPT_FILE, () -> log.commit(1));
    }
  }

  @Test
  void commitWithoutALineEndIsReadAtOnce() throws IOException {
    DeltaTables.create(table, true);
    DeltaTables.append(table, 0, 7);
    Files.writeString(commitFile(1), Files.readString(commitFile(1)).strip());
    assertEquals(1, open().commit(1).orElseThrow().units().size());
  }

  @Test
  void stateIsAwaitedWhileTheLatestCommitIsBeingWritten() throws IOException {
    DeltaTables.create(table, true);
    DeltaTables.append(table, 0, 7);
    Files.writeString(commitFile(1), "");
    assertEquals(1, open().info().version());
    assertEquals(List.of(), open().snapshot(1).files());
  }

  /** Two writers of one version, of which the first changed the columns. */
  @Test
  void columnsOfACommitThatWasOverwrittenCountNoMore() throws IOException {
    DeltaTables.create(table, true);
    DeltaTables.append(table, 0, 7);
    String other = Files.readString(commitFile(1));
    Files.delete(commitFile(1));
    DeltaTables.python(
        """
        import sys
        from deltalake import DeltaTable, Field
        from deltalake.schema import PrimitiveType
        DeltaTable(sys.argv[1]).alter.add_columns([Field("later", PrimitiveType("string"))])
        """,
        table.toString());
    TableLog log = open();
    log.commit(0);
    assertTrue(log.commit(1).orElseThrow().schema().orElseThrow().has("later"));
    Files.writeString(commitFile(1), other);
    log.forget();
    assertFalse(log.commit(1).orElseThrow().schema().orElseThrow().has("later"));
  }

  @Test
  void whatHasBecomeOfACommitIsToldByItsContent() throws IOException {
    DeltaTables.create(table, true);
    DeltaTables.append(table, 0, 7);
    TableLog log = open();
    ReadCommit read = log.commit(1).orElseThrow().file();
    String whole = Files.readString(commitFile(1));
    assertEquals(CommitChange.NONE, log.changeOf(read));

    Files.setLastModifiedTime(commitFile(1), FileTime.from(Instant.parse("2026-02-03T04:05:06Z")));
    assertEquals(CommitChange.NONE, log.changeOf(read), "touched, or restored from a copy");
    ReadCommit coarse = open().commit(1).orElseThrow().file();
    assertEquals(CommitChange.NONE, log.contentChangeOf(coarse));
    Files.writeString(commitFile(1), whole.replace("u6", "u9"));
    Files.setLastModifiedTime(commitFile(1), FileTime.from(Instant.parse("2026-02-03T04:05:06Z")));
    assertEquals(CommitChange.REWRITTEN, log.contentChangeOf(coarse), "in the same second");
    Files.writeString(commitFile(1), whole + "{}\n");
    assertEquals(CommitChange.GROWN, log.changeOf(read));
    Files.writeString(commitFile(1), whole.replace("e", "f"));
    assertEquals(CommitChange.REWRITTEN, log.changeOf(read));
    Files.writeString(commitFile(1), "");
    assertEquals(CommitChange.REWRITTEN, log.changeOf(read));
    Files.delete(commitFile(1));
    assertEquals(CommitChange.NONE, log.changeOf(read), "cleaned away");
  }

  /** Hadoop keeps checksums beside local files, and others who write them do not. */
  @Test
  void checksumFileOfACommitAsItWasBeforeIsLeftOut() throws IOException {
    DeltaTables.create(table, true);
    DeltaTables.append(table, 0, 7);
    Configuration conf = new Configuration();
    org.apache.hadoop.fs.Path file = new org.apache.hadoop.fs.Path(commitFile(1).toString());
    String whole = Files.readString(commitFile(1));
    try (var out = file.getFileSystem(conf).create(file, true)) {
      out.writeBytes(whole.replace("e", "f"));
    }
    Files.writeString(commitFile(1), whole);
    assertTrue(Files.exists(commitFile(1).resolveSibling("." + file.getName() + ".crc")));

    assertEquals(1, open().commit(1).orElseThrow().units().size());
    assertEquals(1, open().snapshot(1).files().size());
  }

  @Test
  void partsOfALineMayBeOfAnyLength() throws IOException {
    DeltaTables.create(table, true);
    DeltaTables.append(table, 0, 7);
    String predicate = "x".repeat(20_000_001);
    Files.writeString(
        commitFile(1),
        "{\"commitInfo\":{\"operation\":\"DELETE\",\"operationParameters\":{\"predicate\":\""
            + predicate
            + "\"}}}\n"
            + Files.readString(commitFile(1))
                .replace(
                    "\\\"numRecords\\\"",
                    "\\\"long\\\":\\\"" + predicate + "\\\",\\\"numRecords\\\""));
    TableLog log = open();
    assertEquals(7, log.commit(1).orElseThrow().units().get(0).rows().getAsLong());
    assertEquals(7, log.snapshot(1).files().get(0).rows().getAsLong());
  }

  @Test
  void whatCannotBeLookedForIsNotAbsent() throws IOException {
    DeltaTables.create(table, true);
    DeltaTables.append(table, 0, 1);
    DeltaTables.append(table, 1, 1);
    TableLog log = open();
    log.commit(1);
    Files.delete(commitFile(2));
    Files.createSymbolicLink(commitFile(2), commitFile(2).getFileName());

    failure(FailureCategory.STORAGE_UNAVAILABLE, () -> log.commit(2));
    failure(FailureCategory.STORAGE_UNAVAILABLE, () -> log.hasCommit(2));
    failure(FailureCategory.STORAGE_UNAVAILABLE, log::info);
    failure(FailureCategory.STORAGE_UNAVAILABLE, log::oldestVersion);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void removingAFileThatWasNotThereDeletesNothing(boolean partitioned) throws IOException {
    DeltaTables.create(table, true, partitioned ? new String[] {"event_type"} : new String[0]);
    DeltaTables.append(table, 0, 1);
    Files.writeString(
        commitFile(2),
        "{\"remove\":{\"path\":\"gone.parquet\",\"deletionTimestamp\":1,\"dataChange\":true}}\n");

    assertEquals(List.of(), open().commit(2).orElseThrow().units());
    assertEquals(1, open().snapshot(2).files().size());
  }

  @Test
  void commitWithAnActionOfALaterProtocolIsRead() throws IOException {
    DeltaTables.create(table, true);
    DeltaTables.append(table, 0, 1);
    TableLog log = open();
    String domain =
        "{\"domainMetadata\":{\"domain\":\"d\",\"configuration\":\"\",\"removed\":false}}\n";
    Files.writeString(commitFile(1), domain + Files.readString(commitFile(1)));
    assertEquals(1, log.commit(1).orElseThrow().units().size());
    assertEquals(1, log.snapshot(1).files().size());
  }

  @Test
  void versionThatIsNotThereYetHasNoInfo() {
    DeltaTables.create(table, true);
    FreshetException early = failure(FailureCategory.OPTION, () -> open().infoAt(4));
    assertEquals("file:" + table + " has no version 4; its latest is 0", early.getMessage());
  }

  @Test
  void partitionValuesThatAreNoTextsCountAsTheirTexts() throws IOException {
    DeltaTables.create(table, true);
    DeltaTables.append(table, 0, 1);
    String values = "\"partitionValues\":{\"a\":5,\"b\":1.5,\"c\":true,\"d\":null,\"e\":\"\"}";
    Files.writeString(
        commitFile(1),
        Files.readString(commitFile(1)).replaceFirst("\"partitionValues\":\\{}", values));
    DataUnit unit = open().commit(1).orElseThrow().units().get(0);
    assertEquals("5", unit.partitionValues().get("a"));
    assertEquals("1.5", unit.partitionValues().get("b"));
    assertEquals("true", unit.partitionValues().get("c"));
    assertEquals(null, unit.partitionValues().get("d"));
    assertEquals("", unit.partitionValues().get("e"));
  }

  @Test
  void partitionValuesAreNullWhereTheyAreNull() {
    DeltaTables.create(table, true, "event_type");
    DeltaTables.append(table, List.of(new DeltaTables.Event("e", "u", "i", null, Instant.EPOCH)));
    DataUnit unit = open().commit(1).orElseThrow().units().get(0);
    assertTrue(unit.partitionValues().containsKey("event_type"));
    assertEquals(null, unit.partitionValues().get("event_type"));
    assertEquals(unit, open().snapshot(1).files().get(0));
  }

  @Test
  void filesWithoutStatisticsHaveNoRowCount() {
    DeltaTables.create(table, true);
    DeltaTables.append(table, 0, 3);
    DeltaTables.python(
        """
        import json, sys
        with open(sys.argv[1]) as log:
            actions = [json.loads(line) for line in log]
        for action in actions:
            if "add" in action:
                action["add"].pop("stats")
        with open(sys.argv[1], "w") as log:
            log.write("\\n".join(json.dumps(action) for action in actions) + "\\n")
        """,
        commitFile(1).toString());
    DataUnit unit = open().commit(1).orElseThrow().units().get(0);
    assertEquals(OptionalLong.empty(), unit.rows());
    assertEquals(3, new UnitReader(new Configuration()).rowCount(unit));
  }
}
