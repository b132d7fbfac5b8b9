package io.freshet.delta.table;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.testing.DeltaTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that Arrow writes. */
class UnitReaderTest {
  private static final Schema SCHEMA =
      Schema.builder().addNullableInt64Field("id").addNullableStringField("text").build();

  /** 1000 rows in row groups of 100: ids from 0, texts of few values, every tenth null. */
  private static final String WRITE =
      """
      import sys
      import pyarrow as pa, pyarrow.parquet as pq
      ids = range(1000)
      texts = [None if i % 10 == 0 else f"text {i % 7}" for i in ids]
      for codec in sys.argv[2:]:
          pq.write_table(pa.table({"id": pa.array(ids, pa.int64()), "text": texts}),
                         f"{sys.argv[1]}/{codec}.parquet", row_group_size=100, compression=codec)
      """;

  @TempDir private static Path written;
  @TempDir private Path folder;

  @AfterEach
  void answerAgain() {
    CountingFileSystem.fail(false);
  }

  @BeforeAll
  static void writeAll() {
    DeltaTables.python(WRITE, written.toString(), "none", "snappy", "gzip", "zstd", "lz4");
  }

  /** A file of the test's own. */
  private Path write(String codec) throws IOException {
    String name = codec + ".parquet";
    return Files.copy(
        written.resolve(name), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }

  private static DataUnit unit(String path, Map<String, String> partitionValues) {
    return new DataUnit(path, 0, OptionalLong.empty(), partitionValues, UnitContent.INSERTED);
  }

  private static DataUnit unit(Path file) {
    return unit(file.toString(), Map.of());
  }

  private static List<Object> expected(long id) {
    return Arrays.asList(id, id % 10 == 0 ? null : "text " + id % 7);
  }

  private static List<List<Object>> expected(long from, long to) {
    return LongStream.range(from, to).mapToObj(UnitReaderTest::expected).toList();
  }

  private static FreshetException failure(FailureCategory category, DataUnit unit, Schema schema) {
    FreshetException failure = assertThrows(FreshetException.class, () -> Rows.all(unit, schema));
    assertEquals(category, failure.category(), failure.getMessage());
    assertTrue(failure.getMessage().contains(unit.path()), failure.getMessage());
    return failure;
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "snappy", "gzip", "zstd", "lz4"})
  void everyCodecIsRead(String codec) throws Exception {
    DataUnit unit = unit(write(codec));
    assertEquals(expected(0, 1000), Rows.all(unit, SCHEMA));
    assertEquals(1000, new UnitReader(new Configuration()).rowCount(unit));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1000",
    "0, 1",
    "99, 101",
    "100, 200",
    "250, 777",
    "999, 1000",
    "999, 5000",
    "1000, 2000",
    "500, 500"
  })
  void rowRangesAreReadAcrossRowGroups(long from, long to) throws Exception {
    DataUnit unit = unit(write("snappy"));
    List<Long> ordinals = new ArrayList<>();
    List<List<Object>> rows = new ArrayList<>();
    new UnitReader(new Configuration())
        .read(
            unit,
            SCHEMA,
            from,
            to,
            (ordinal, type, values) -> {
              ordinals.add(ordinal);
              rows.add(Arrays.asList(values));
            });
    assertEquals(expected(from, Math.min(to, 1000)), rows);
    assertEquals(LongStream.range(from, Math.min(to, 1000)).boxed().toList(), ordinals);
  }

  @Test
  void rowGroupsOutsideTheRangeAreNotRead() throws Exception {
    Path file = write("snappy");
    // Ruin all but the last row group and the footer.
    byte[] bytes = Files.readAllBytes(file);
    Arrays.fill(bytes, 4, bytes.length / 2, (byte) 0xff);
    Files.write(file, bytes);
    assertEquals(expected(950, 1000), Rows.range(unit(file), SCHEMA, 950, 1000));
    failure(FailureCategory.CORRUPT_FILE, unit(file), SCHEMA);
  }

  @Test
  void columnThatTheFileLacksIsNull() throws Exception {
    Schema schema =
        Schema.builder().addNullableStringField("added").addFields(SCHEMA.getFields()).build();
    assertEquals(
        Arrays.asList(null, 1L, "text 1"), Rows.range(unit(write("none")), schema, 1, 2).get(0));
    Schema only = Schema.builder().addNullableStringField("added").build();
    List<List<Object>> rows = Rows.all(unit(write("none")), only);
    assertEquals(1000, rows.size());
    assertEquals(Arrays.asList((Object) null), rows.get(999));
  }

  @Test
  void partitionColumnHasTheLogsValueInEveryRow() throws Exception {
    Schema schema =
        Schema.builder()
            .addNullableInt32Field("day")
            .addNullableInt64Field("id")
            .addNullableStringField("none")
            .build();
    Map<String, String> partition = new HashMap<>();
    partition.put("day", "17");
    partition.put("none", null);
    DataUnit unit = unit(write("none").toString(), partition);
    assertEquals(Arrays.asList(17, 0L, null), Rows.all(unit, schema).get(0));
    assertEquals(Arrays.asList(17, 999L, null), Rows.all(unit, schema).get(999));
  }

  @Test
  void columnIsFoundWhateverTheCaseOfItsName() throws Exception {
    Schema schema = Schema.builder().addNullableInt64Field("ID").build();
    assertEquals(List.of(5L), Rows.range(unit(write("none")), schema, 5, 6).get(0));
  }

  @Test
  void rowsDoNotShareTheirArray() throws Exception {
    List<Object[]> rows = new ArrayList<>();
    new UnitReader(new Configuration())
        .read(unit(write("none")), SCHEMA, 0, 2, (ordinal, type, values) -> rows.add(values));
    assertArrayEquals(new Object[] {0L, null}, rows.get(0));
    assertArrayEquals(new Object[] {1L, "text 1"}, rows.get(1));
  }

  @Test
  void typeThatDoesNotFitIsNamed() throws IOException {
    Schema schema = Schema.builder().addNullableInt32Field("text").build();
    FreshetException misfit = failure(FailureCategory.SCHEMA, unit(write("none")), schema);
    assertTrue(misfit.getMessage().startsWith("Column 'text' is stored as 'optional binary text"));
    assertTrue(misfit.getMessage().contains("does not fit the table's type integer"));
    failure(
        FailureCategory.SCHEMA,
        unit(folder.resolve("none.parquet")),
        Schema.builder().addNullableInt32Field("id").build());
  }

  @Test
  void fileThatIsGoneIsHistoryLost() {
    DataUnit unit = unit(folder.resolve("gone.parquet"));
    assertTrue(failure(FailureCategory.HISTORY_LOST, unit, SCHEMA).getMessage().contains("VACUUM"));
    assertThrows(FreshetException.class, () -> new UnitReader(new Configuration()).rowCount(unit));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 11, 400, 5000, -1, -9})
  void truncatedFileIsCorrupt(int length) throws IOException {
    Path file = write("snappy");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, length < 0 ? bytes.length + length : length));
    failure(FailureCategory.CORRUPT_FILE, unit(file), SCHEMA);
  }

  @Test
  void textFileIsCorrupt() throws IOException {
    Path file = folder.resolve("text.parquet");
    Files.writeString(file, "This is no Parquet file, only a text that is long enough.");
    failure(FailureCategory.CORRUPT_FILE, unit(file), SCHEMA);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "snappy", "gzip", "zstd", "lz4"})
  void ruinedPagesAreCorrupt(String codec) throws IOException {
    Path file = write(codec);
    byte[] bytes = Files.readAllBytes(file);
    Arrays.fill(bytes, 4, bytes.length / 2, (byte) 0x5a);
    Files.write(file, bytes);
    failure(FailureCategory.CORRUPT_FILE, unit(file), SCHEMA);
  }

  @Test
  void ruinedFooterIsCorrupt() throws IOException {
    Path file = write("snappy");
    byte[] bytes = Files.readAllBytes(file);
    Arrays.fill(bytes, bytes.length - 600, bytes.length - 8, (byte) 0x5a);
    Files.write(file, bytes);
    failure(FailureCategory.CORRUPT_FILE, unit(file), SCHEMA);
  }

  @Test
  void storageThatDoesNotAnswerIsUnavailable() throws Exception {
    DataUnit unit = unit(CountingFileSystem.address(write("snappy")), Map.of());
    UnitReader reader = new UnitReader(CountingFileSystem.configuration());
    List<Object> rows = new ArrayList<>();
    reader.read(unit, SCHEMA, 0, 1000, (ordinal, type, values) -> rows.add(values));
    assertEquals(1000, rows.size());
    CountingFileSystem.fail(true);
    FreshetException failure =
        assertThrows(
            FreshetException.class,
            () -> reader.read(unit, SCHEMA, 0, 1, (ordinal, type, values) -> {}));
    assertEquals(FailureCategory.STORAGE_UNAVAILABLE, failure.category());
    CountingFileSystem.fail(false);
    FreshetException midway =
        assertThrows(
            FreshetException.class,
            () ->
                reader.read(
                    unit,
                    SCHEMA,
                    0,
                    1000,
                    (ordinal, type, values) -> CountingFileSystem.fail(true)));
    assertEquals(FailureCategory.STORAGE_UNAVAILABLE, midway.category());
  }

  @Test
  void errorOfALocalDiskIsAFailureOfTheStorage() throws Exception {
    DataUnit unit = unit(CountingFileSystem.address(write("none")), Map.of());
    UnitReader reader = new UnitReader(CountingFileSystem.configuration());
    CountingFileSystem.failAsADisk();
    FreshetException failure =
        assertThrows(
            FreshetException.class,
            () -> reader.read(unit, SCHEMA, 0, 1, (ordinal, type, values) -> {}));
    assertEquals(FailureCategory.STORAGE_UNAVAILABLE, failure.category());
    CountingFileSystem.fail(false);
    FreshetException midway =
        assertThrows(
            FreshetException.class,
            () ->
                reader.read(
                    unit,
                    SCHEMA,
                    0,
                    1000,
                    (ordinal, type, values) -> CountingFileSystem.failAsADisk()));
    assertEquals(FailureCategory.STORAGE_UNAVAILABLE, midway.category());
  }

  @Test
  void fileThatIsThereAndCannotBeOpenedIsNotGone() throws IOException {
    Path file = write("none");
    Files.delete(file);
    Files.createDirectory(file);
    failure(FailureCategory.STORAGE_UNAVAILABLE, unit(file), SCHEMA);
  }

  /** Java says "not found" of a loop of links, too. */
  @Test
  void fileThatCannotBeLookedForIsNotGone() throws IOException {
    Path loop = folder.resolve("loop.parquet");
    Files.createSymbolicLink(loop, loop.getFileName());
    failure(FailureCategory.STORAGE_UNAVAILABLE, unit(loop), SCHEMA);
  }

  @Test
  void deletionVectorIsGoneOnlyWhereTheFileSystemSaysSo() throws IOException {
    Path loop = folder.resolve("loop.bin");
    Files.createSymbolicLink(loop, loop.getFileName());
    String file = write("none").toString();
    failure(FailureCategory.STORAGE_UNAVAILABLE, unit(file, loop), SCHEMA);
    FreshetException gone =
        failure(FailureCategory.HISTORY_LOST, unit(file, folder.resolve("gone.bin")), SCHEMA);
    assertTrue(gone.getMessage().contains("VACUUM"), gone.getMessage());
    Path cut = Files.write(folder.resolve("cut.bin"), new byte[] {1, 0});
    failure(FailureCategory.CORRUPT_FILE, unit(file, cut), SCHEMA);
  }

  /** With a deletion vector in that file. */
  private static DataUnit unit(String file, Path vector) {
    DeletionVector deleted =
        new DeletionVector("p", vector.toUri().toString(), OptionalInt.of(1), 34, 1);
    return new DataUnit(
        file,
        0,
        OptionalLong.empty(),
        Map.of(),
        UnitContent.INSERTED,
        RowSelection.without(Optional.of(deleted), "/t"));
  }

  @Test
  void whatTheSinkThrowsIsThrownOn() throws IOException {
    IllegalStateException thrown = new IllegalStateException("full");
    DataUnit unit = unit(write("none"));
    assertSame(
        thrown,
        assertThrows(
            IllegalStateException.class,
            () ->
                new UnitReader(new Configuration())
                    .read(
                        unit,
                        SCHEMA,
                        0,
                        10,
                        (ordinal, type, values) -> {
                          throw thrown;
                        })));
  }

  @Test
  void interruptEndsTheReading() throws IOException {
    DataUnit unit = unit(write("none"));
    List<Long> rows = new ArrayList<>();
    assertThrows(
        InterruptedException.class,
        () ->
            new UnitReader(new Configuration())
                .read(
                    unit,
                    SCHEMA,
                    0,
                    1000,
                    (ordinal, type, values) -> {
                      rows.add(ordinal);
                      Thread.currentThread().interrupt();
                    }));
    assertEquals(100, rows.size());
    assertFalse(Thread.interrupted());
  }
}
