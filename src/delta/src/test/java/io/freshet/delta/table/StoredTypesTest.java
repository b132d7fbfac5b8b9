package io.freshet.delta.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.testing.DeltaTables;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.values.Row;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All types, in all the ways that writers store them. */
class StoredTypesTest {
  private static final Instant INSTANT = Instant.parse("1969-12-31T23:59:59.123456Z");

  @TempDir private static Path written;
  @TempDir private Path folder;

  private static Schema delta(String... fields) {
    List<String> json = new ArrayList<>();
    for (int i = 0; i < fields.length; i += 2) {
      String type = fields[i + 1].startsWith("{") ? fields[i + 1] : '"' + fields[i + 1] + '"';
      json.add(
          "{\"name\":\"%s\",\"type\":%s,\"nullable\":true,\"metadata\":{}}"
              .formatted(fields[i], type));
    }
    return DeltaSchemas.parse("{\"type\":\"struct\",\"fields\":[" + String.join(",", json) + "]}")
        .schema();
  }

  private static DataUnit unit(Path file) {
    return new DataUnit(file.toString(), 0, OptionalLong.empty(), Map.of(), UnitContent.INSERTED);
  }

  /** Writes one file by Parquet's own example writer, in the layout that {@code type} says. */
  @SafeVarargs
  private DataUnit write(String type, Consumer<Group>... rows) throws IOException {
    Path file = folder.resolve("example.parquet");
    MessageType schema = MessageTypeParser.parseMessageType(type);
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(file.toString()))
            .withType(schema)
            .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
            .build()) {
      for (Consumer<Group> row : rows) {
        Group group = new SimpleGroup(schema);
        row.accept(group);
        writer.write(group);
      }
    }
    return unit(file);
  }

  /** Every type, a row of values and a row of nulls, once with each of the writer's options. */
  private static final String WRITE_ALL =
      """
      import datetime, decimal, sys
      import pyarrow as pa, pyarrow.parquet as pq
      instant = datetime.datetime(1969, 12, 31, 23, 59, 59, 123456)
      columns = {
          "string": (pa.string(), "zażółć 😀"),
          "long": (pa.int64(), -2**63),
          "integer": (pa.int32(), -2**31),
          "short": (pa.int16(), -2**15),
          "byte": (pa.int8(), -2**7),
          "float": (pa.float32(), 1.5),
          "double": (pa.float64(), float("nan")),
          "boolean": (pa.bool_(), True),
          "binary": (pa.binary(), b"\\x00\\xff"),
          "date": (pa.date32(), datetime.date(1905, 6, 7)),
          "timestamp": (pa.timestamp("us", tz="UTC"), instant),
          "decimal": (pa.decimal128(38, 3), decimal.Decimal("-12345678901234567890.125")),
          "list": (pa.list_(pa.int32()), [1, None, 3]),
          "lists": (pa.list_(pa.list_(pa.string())), [["a", None], None, []]),
          "map": (pa.map_(pa.string(), pa.int64()), [("x", 1), ("y", None)]),
          "struct": (pa.struct([("a", pa.int32()), ("b", pa.list_(pa.string()))]),
                     {"a": 5, "b": ["p", None]}),
          "structs": (pa.list_(pa.struct([("t", pa.string())])), [{"t": "u"}, None]),
      }
      table = pa.table({name: pa.array([value, None], type) for name, (type, value) in columns.items()})
      for name, options in {
          "dictionary": {},
          "plain": {"use_dictionary": False},
          "int96": {"use_deprecated_int96_timestamps": True},
          "old_nesting": {"use_compliant_nested_type": False},
          "pages_v2": {"data_page_version": "2.0"},
          "delta": {"use_dictionary": False, "column_encoding": {
              "long": "DELTA_BINARY_PACKED", "string": "DELTA_BYTE_ARRAY"}},
      }.items():
          pq.write_table(table, f"{sys.argv[1]}/{name}.parquet", **options)
      """;

  @BeforeAll
  static void writeAll() {
    DeltaTables.python(WRITE_ALL, written.toString());
  }

  private static final String STRINGS =
      "{\"type\":\"array\",\"elementType\":\"string\",\"containsNull\":true}";

  private static final Schema ALL =
      delta(
          "string", "string",
          "long", "long",
          "integer", "integer",
          "short", "short",
          "byte", "byte",
          "float", "float",
          "double", "double",
          "boolean", "boolean",
          "binary", "binary",
          "date", "date",
          "timestamp", "timestamp",
          "decimal", "decimal(38,3)",
          "list", "{\"type\":\"array\",\"elementType\":\"integer\",\"containsNull\":true}",
          "lists", "{\"type\":\"array\",\"elementType\":" + STRINGS + ",\"containsNull\":true}",
          "map",
              "{\"type\":\"map\",\"keyType\":\"string\",\"valueType\":\"long\",\"valueContainsNull\":true}",
          "struct",
              "{\"type\":\"struct\",\"fields\":[{\"name\":\"a\",\"type\":\"integer\"},{\"name\":\"b\",\"type\":"
                  + STRINGS
                  + "}]}",
          "structs",
              "{\"type\":\"array\",\"elementType\":{\"type\":\"struct\",\"fields\":[{\"name\":\"t\",\"type\":\"string\"}]}}");

  private static List<Object> values(Instant instant) {
    Schema struct = ALL.getField("struct").getType().getRowSchema();
    Schema inner = ALL.getField("structs").getType().getCollectionElementType().getRowSchema();
    Map<String, Long> map = new HashMap<>();
    map.put("x", 1L);
    map.put("y", null);
    return Arrays.asList(
        "zażółć 😀",
        Long.MIN_VALUE,
        Integer.MIN_VALUE,
        Short.MIN_VALUE,
        Byte.MIN_VALUE,
        1.5f,
        Double.NaN,
        true,
        new byte[] {0, -1},
        LocalDate.of(1905, 6, 7),
        instant,
        new BigDecimal("-12345678901234567890.125"),
        Arrays.asList(1, null, 3),
        Arrays.asList(Arrays.asList("a", null), null, List.of()),
        map,
        Row.withSchema(struct).attachValues(5, Arrays.asList("p", null)),
        Arrays.asList(Row.withSchema(inner).attachValues("u"), null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dictionary", "plain", "int96", "old_nesting", "pages_v2", "delta"})
  void valuesAreThoseOfBeamRowsAndSurviveTheirCoder(String file) throws Exception {
    DataUnit unit = unit(written.resolve(file + ".parquet"));
    List<List<Object>> rows = Rows.all(unit, ALL);
    Row expected = Row.withSchema(ALL).attachValues(values(INSTANT));
    Row read = Row.withSchema(ALL).attachValues(rows.get(0));
    assertEquals(expected, read);
    Row nulls = Row.withSchema(ALL).attachValues(rows.get(1));
    assertEquals(Row.nullRow(ALL), nulls);
    RowCoder coder = RowCoder.of(ALL);
    assertEquals(read, CoderUtils.clone(coder, read));
    assertEquals(nulls, CoderUtils.clone(coder, nulls));
    assertEquals(INSTANT, CoderUtils.clone(coder, read).getValue("timestamp"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ms", "us", "ns"})
  void timestampsOfEveryUnitAreRead(String unit) throws Exception {
    Instant expected = unit.equals("ms") ? Instant.parse("1969-12-31T23:59:59.123Z") : INSTANT;
    Path file = folder.resolve("timestamps.parquet");
    DeltaTables.python(
        """
        import sys
        import pyarrow as pa, pyarrow.parquet as pq
        per_second = {"ms": 10**3, "us": 10**6, "ns": 10**9}[sys.argv[2]]
        value = {"ms": -877, "us": -876544, "ns": -876543001}[sys.argv[2]]
        pq.write_table(pa.table({
            "zoned": pa.array([value], pa.timestamp(sys.argv[2], tz="UTC")),
            "local": pa.array([value], pa.timestamp(sys.argv[2])),
        }), sys.argv[1], version="2.6")
        """,
        file.toString(),
        unit);
    Schema schema = delta("zoned", "timestamp", "local", "timestamp_ntz");
    List<Object> row = Rows.all(unit(file), schema).get(0);
    assertEquals(expected, row.get(0));
    assertEquals(LocalDateTime.ofInstant(expected, ZoneOffset.UTC), row.get(1));
    Row beam = Row.withSchema(schema).attachValues(row);
    assertEquals(beam, CoderUtils.clone(RowCoder.of(schema), beam));
  }

  @Test
  void int96IsReadAsSparkWritesIt() throws Exception {
    // 2024-03-01T00:00:01.000001Z: Julian day 2460371.
    byte[] bytes =
        ByteBuffer.allocate(12)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(1_000_001_000L)
            .putInt(2_460_371)
            .array();
    DataUnit unit =
        write(
            "message m { optional int96 t; }",
            row -> row.add("t", Binary.fromConstantByteArray(bytes)));
    assertEquals(
        List.of(Instant.parse("2024-03-01T00:00:01.000001Z")),
        Rows.all(unit, delta("t", "timestamp")).get(0));
  }

  @Test
  void decimalsAreReadFromEveryStoredType() throws Exception {
    DataUnit unit =
        write(
            """
            message m {
              optional int32 i (DECIMAL(9,2));
              optional int64 l (DECIMAL(18,4));
              optional binary b (DECIMAL(20,5));
              optional fixed_len_byte_array(3) f (DECIMAL(5,1));
              optional int32 whole;
            }
            """,
            row -> {
              row.add("i", -150);
              row.add("l", 123456789L);
              row.add("b", Binary.fromConstantByteArray(new byte[] {-1, 0}));
              row.add("f", Binary.fromConstantByteArray(new byte[] {0, 1, 0}));
              row.add("whole", 7);
            });
    assertEquals(
        List.of(
            new BigDecimal("-1.50"),
            new BigDecimal("12345.6789"),
            new BigDecimal("-0.00256"),
            new BigDecimal("25.6"),
            new BigDecimal("7")),
        Rows.all(
                unit,
                delta(
                    "i", "decimal(9,2)",
                    "l", "decimal(18,4)",
                    "b", "decimal(20,5)",
                    "f", "decimal(5,1)",
                    "whole", "decimal(10,0)"))
            .get(0));
  }

  @Test
  void narrowerStoredTypesAreWidened() throws Exception {
    DataUnit unit =
        write(
            "message m { optional int32 i; optional float f; optional int32 d; optional int32 day"
                + " (DATE); }",
            row -> {
              row.add("i", -5);
              row.add("f", 1.25f);
              row.add("d", 9);
              row.add("day", 1);
            });
    assertEquals(
        List.of(-5L, 1.25d, 9d, LocalDateTime.of(1970, 1, 2, 0, 0)),
        Rows.all(unit, delta("i", "long", "f", "double", "d", "double", "day", "timestamp_ntz"))
            .get(0));
  }

  @Test
  void widerStoredTypesDoNotFit() throws Exception {
    DataUnit unit = write("message m { optional double d; }", row -> row.add("d", 1.0));
    FreshetException misfit =
        assertThrows(FreshetException.class, () -> Rows.all(unit, delta("d", "float")));
    assertEquals(FailureCategory.SCHEMA, misfit.category());
  }

  /** A column, and the type that is no other name for what it holds. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "int32 c (INTEGER(8,false)) | byte",
        "int32 c (INTEGER(16,false)) | short",
        "int32 c (INTEGER(32,false)) | integer",
        "int64 c (INTEGER(64,false)) | long",
        "int64 c (INTEGER(64,true)) | integer",
        "int64 c | double",
        "int64 c (INTEGER(64,false)) | double",
        "int32 c (DATE) | integer",
        "int32 c (DATE) | long",
        "int32 c (DATE) | double",
        "int32 c (DATE) | decimal(10,0)",
        "int32 c (DATE) | timestamp",
        "int32 c | date",
        "int32 c (INTEGER(32,true)) | date",
        "int32 c (TIME(MILLIS,true)) | integer",
        "int64 c (TIME(MICROS,true)) | long",
        "int64 c (TIME(MICROS,true)) | timestamp",
        "int32 c (DECIMAL(9,0)) | integer",
        "int32 c (DECIMAL(9,2)) | long",
        "int32 c (DECIMAL(9,2)) | double",
        "int64 c (DECIMAL(18,0)) | long",
        "int64 c (DECIMAL(18,2)) | decimal(18,1)",
        "int64 c (DECIMAL(18,0)) | timestamp",
        "int64 c (TIMESTAMP(MICROS,true)) | long",
        "int64 c (TIMESTAMP(MILLIS,false)) | long",
        "int64 c (TIMESTAMP(MICROS,true)) | decimal(20,0)",
        "int64 c (TIMESTAMP(MICROS,true)) | timestamp_ntz",
        "int64 c (TIMESTAMP(MICROS,true)) | date",
        "int64 c | timestamp",
        "int64 c | timestamp_ntz",
        "int64 c (INTEGER(64,true)) | timestamp",
        "int64 c (INTEGER(64,false)) | timestamp",
        "int96 c | timestamp_ntz",
        "int96 c | long",
        "binary c (DECIMAL(20,2)) | string",
        "binary c (DECIMAL(20,2)) | binary",
        "binary c (BSON) | string",
        "binary c | decimal(20,2)",
        "binary c (STRING) | decimal(20,2)",
        "fixed_len_byte_array(16) c (UUID) | string",
        "fixed_len_byte_array(16) c | decimal(20,2)",
        "fixed_len_byte_array(12) c (INTERVAL) | binary",
        "fixed_len_byte_array(9) c (DECIMAL(20,2)) | binary",
        "boolean c | integer",
        "float c | long",
      })
  void whatMeansSomethingElseIsRefusedByName(String stored, String type) throws Exception {
    String list = "{\"type\":\"array\",\"elementType\":\"%s\"}".formatted(type);
    String struct =
        "{\"type\":\"struct\",\"fields\":[{\"name\":\"c\",\"type\":\"%s\"}]}".formatted(type);
    String map = "{\"type\":\"map\",\"keyType\":\"string\",\"valueType\":\"%s\"}".formatted(type);
    assertMisfit("optional " + stored, type, type);
    assertMisfit(
        "optional group a (LIST) { repeated group list { optional %s } }", stored, list, type);
    assertMisfit("optional group a (LIST) { repeated %s }", stored, list, type);
    assertMisfit("optional group a { optional %s }", stored, struct, type);
    assertMisfit(
        "optional group a (MAP) { repeated group key_value { required binary k (STRING); optional"
            + " %s } }",
        stored, map, type);
  }

  private void assertMisfit(String layout, String stored, String delta, String type)
      throws Exception {
    assertMisfit(layout.formatted(stored + ";"), delta, type);
  }

  private void assertMisfit(String layout, String delta, String type) throws Exception {
    String column = layout.endsWith("}") ? layout : layout + ";";
    DataUnit unit = write("message m { " + column + " }");
    String name = layout.endsWith("}") ? "a" : "c";
    FreshetException misfit =
        assertThrows(FreshetException.class, () -> Rows.all(unit, delta(name, delta)), column);
    assertEquals(FailureCategory.SCHEMA, misfit.category());
    assertTrue(misfit.getMessage().contains("type " + type + ";"), misfit.getMessage());
  }

  @Test
  void groupsOfAnotherKindAreRefused() throws Exception {
    String ints = NUMBERS;
    String struct = "{\"type\":\"struct\",\"fields\":[{\"name\":\"list\",\"type\":\"integer\"}]}";
    String list = "optional group a (LIST) { repeated group list { optional int32 element; } }";
    String map =
        "optional group a (MAP) { repeated group key_value { required int32 k; optional int32 v; }"
            + " }";
    for (List<String> pair :
        List.of(
            List.of(list, struct),
            List.of(map, struct),
            List.of(map, ints),
            List.of("repeated int32 a;", "integer"),
            List.of("repeated int32 a;", ints))) {
      DataUnit unit = write("message m { " + pair.get(0) + " }");
      FreshetException misfit =
          assertThrows(
              FreshetException.class,
              () -> Rows.all(unit, delta("a", pair.get(1))),
              pair::toString);
      assertEquals(FailureCategory.SCHEMA, misfit.category());
    }
  }

  @Test
  void numbersWithoutASignAreWhatTheyStandFor() throws Exception {
    DataUnit unit =
        write(
            """
            message m {
              optional int32 u8 (INTEGER(8,false));
              optional int32 u16 (INTEGER(16,false));
              optional int32 u32 (INTEGER(32,false));
              optional int64 u64 (INTEGER(64,false));
              optional int32 d32 (INTEGER(32,false));
              optional int32 f32 (INTEGER(32,false));
              optional group list (LIST) {
                repeated group list { optional int32 element (INTEGER(32,false)); }
              }
            }
            """,
            row -> {
              row.add("u8", 200);
              row.add("u16", 60_000);
              row.add("u32", (int) 3_000_000_000L);
              row.add("u64", -1L);
              row.add("d32", (int) 3_000_000_000L);
              row.add("f32", (int) 3_000_000_000L);
              row.addGroup("list").addGroup(0).add(0, -1);
            });
    assertEquals(
        List.of(
            (short) 200,
            60_000,
            3_000_000_000L,
            new BigDecimal("18446744073709551615"),
            new BigDecimal("3000000000"),
            3e9,
            List.of(4_294_967_295L)),
        Rows.all(
                unit,
                delta(
                    "u8", "short",
                    "u16", "integer",
                    "u32", "long",
                    "u64", "decimal(20,0)",
                    "d32", "decimal(10,0)",
                    "f32", "double",
                    "list", "{\"type\":\"array\",\"elementType\":\"long\"}"))
            .get(0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "int32 c | 200 | byte",
        "int32 c (INTEGER(32,true)) | -32769 | short",
        "int32 c (INTEGER(16,false)) | 65536 | integer",
        "int32 c (INTEGER(8,false)) | -1 | long",
        "int64 c (INTEGER(64,false)) | -1 | decimal(19,0)",
        "int64 c | 10000000000 | decimal(10,0)",
        "int64 c (DECIMAL(18,2)) | 100000 | decimal(4,2)",
        "int64 c (TIMESTAMP(MILLIS,true)) | 9223372036854776 | timestamp",
        "int64 c (TIMESTAMP(MILLIS,false)) | -9223372036854776 | timestamp_ntz",
      })
  void aNumberThatTheTypeCannotHoldIsNeverCut(String stored, long value, String type)
      throws Exception {
    DataUnit unit =
        write(
            "message m { optional " + stored + "; }",
            row -> {
              if (stored.startsWith("int32")) {
                row.add("c", (int) value);
              } else {
                row.add("c", value);
              }
            });
    FreshetException refused =
        assertThrows(FreshetException.class, () -> Rows.all(unit, delta("c", type)));
    assertEquals(FailureCategory.SCHEMA, refused.category());
    assertTrue(refused.getMessage().startsWith("Column 'c' holds "), refused.getMessage());
    assertTrue(refused.getMessage().contains("no " + type + ","), refused.getMessage());
  }

  @Test
  void aLocalTimeUnderATimestampIsUtc() throws Exception {
    DataUnit unit =
        write("message m { optional int64 t (TIMESTAMP(MICROS,false)); }", row -> row.add("t", 1L));
    assertEquals(
        List.of(Instant.parse("1970-01-01T00:00:00.000001Z")),
        Rows.all(unit, delta("t", "timestamp")).get(0));
  }

  private static final String NUMBERS =
      "{\"type\":\"array\",\"elementType\":\"integer\",\"containsNull\":true}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "optional group a (LIST) { repeated group list { optional int32 element; } }",
        "optional group a (LIST) { repeated group bag { optional int32 array; } }",
        "optional group a (LIST) { repeated int32 array; }",
        "optional group a { repeated int32 element; }"
      })
  void listsAreReadInEveryLayout(String layout) throws Exception {
    boolean threeLevels = layout.contains("repeated group");
    DataUnit unit =
        write(
            "message m { " + layout + " }",
            row -> {
              Group list = row.addGroup("a");
              for (int i = 1; i <= 2; i++) {
                if (threeLevels) {
                  list.addGroup(0).add(0, i);
                } else {
                  list.add(0, i);
                }
              }
            },
            row -> row.addGroup("a"),
            row -> {});
    assertEquals(
        Arrays.asList(List.of(List.of(1, 2)), List.of(List.of()), Arrays.asList((Object) null)),
        Rows.all(unit, delta("a", NUMBERS)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "repeated group array { optional int32 x; }",
        "repeated group a_tuple { optional int32 x; }",
        "repeated group pair { optional int32 x; optional int32 y; }"
      })
  void repeatedGroupsThatAreTheElementAreNoWrappers(String repeated) throws Exception {
    DataUnit unit =
        write(
            "message m { optional group a (LIST) { " + repeated + " } }",
            row -> row.addGroup("a").addGroup(0).add("x", 8));
    Schema schema =
        delta(
            "a",
            "{\"type\":\"array\",\"elementType\":{\"type\":\"struct\",\"fields\":[{\"name\":\"x\",\"type\":\"integer\"}]}}");
    Schema element = schema.getField(0).getType().getCollectionElementType().getRowSchema();
    assertEquals(
        List.of(List.of(Row.withSchema(element).attachValues(8))), Rows.all(unit, schema).get(0));
  }

  @Test
  void structWithoutAnyOfTheAskedForFieldsIsTellableFromNull() throws Exception {
    DataUnit unit =
        write(
            "message m { optional group s { optional group deep { optional int32 old; } } }",
            row -> row.addGroup("s").addGroup("deep").add("old", 1),
            row -> {});
    Schema schema =
        delta("s", "{\"type\":\"struct\",\"fields\":[{\"name\":\"fresh\",\"type\":\"string\"}]}");
    Schema struct = schema.getField(0).getType().getRowSchema();
    assertEquals(
        List.of(List.of(Row.nullRow(struct)), Arrays.asList((Object) null)),
        Rows.all(unit, schema));
  }

  @Test
  void bytesAreCopiesThatNoOtherRowHas() throws Exception {
    Consumer<Group> same = row -> row.add("b", Binary.fromConstantByteArray(new byte[] {1}));
    DataUnit unit = write("message m { optional binary b; }", same, same, same);
    List<List<Object>> rows = Rows.all(unit, delta("b", "binary"));
    ((byte[]) rows.get(0).get(0))[0] = 99;
    assertEquals(1, ((byte[]) rows.get(1).get(0))[0]);
  }
}
