package io.freshet.delta;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.delta.table.TableInfo;
import io.freshet.delta.table.TableSchema;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.logicaltypes.FixedPrecisionNumeric;
import org.apache.beam.sdk.schemas.logicaltypes.MicrosInstant;
import org.apache.beam.sdk.schemas.logicaltypes.SqlTypes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RowOrderTest {
  private static final RowOrder FIRST_COLUMN = new RowOrder(OptionalInt.of(0));

  @ParameterizedTest
  @MethodSource
  void rowsAreOrderedByAnyValueThatHasAnOrder(FieldType type, Object less, Object more) {
    TableInfo table = table(type);
    assertDoesNotThrow(() -> DeltaChanges.schemaOf(feed("at", "at"), table));

    assertTrue(FIRST_COLUMN.compare(row(less), row(more)) < 0);
    assertTrue(FIRST_COLUMN.compare(row(more), row(less)) > 0);
    assertEquals(0, FIRST_COLUMN.compare(row(more), row(more)));
    assertTrue(FIRST_COLUMN.compare(row(null), row(less)) < 0, "null comes first");
  }

  static List<Arguments> rowsAreOrderedByAnyValueThatHasAnOrder() {
    return List.of(
        Arguments.of(FieldType.STRING, "a", "b"),
        Arguments.of(FieldType.BYTE, 1L, 2L),
        Arguments.of(FieldType.INT64, 1L, 2L),
        Arguments.of(FieldType.FLOAT, 1f, 2f),
        Arguments.of(FieldType.DOUBLE, 1.0, 2.0),
        Arguments.of(FieldType.BOOLEAN, false, true),
        Arguments.of(
            FieldType.logicalType(FixedPrecisionNumeric.of(10, 2)),
            new BigDecimal("1.50"),
            new BigDecimal("2.00")),
        Arguments.of(
            FieldType.logicalType(SqlTypes.DATE),
            LocalDate.parse("2026-01-01"),
            LocalDate.parse("2026-01-02")),
        Arguments.of(
            FieldType.logicalType(new MicrosInstant()),
            Instant.ofEpochSecond(1),
            Instant.ofEpochSecond(2)),
        Arguments.of(
            FieldType.logicalType(SqlTypes.DATETIME),
            LocalDateTime.parse("2026-01-01T00:00"),
            LocalDateTime.parse("2026-01-01T00:01")));
  }

  @ParameterizedTest
  @MethodSource
  void aColumnWithoutAnOrderIsRefusedInTheWordsOfDelta(FieldType type, String name) {
    TableInfo table = table(type);
    refused(table, feed("at", ""), "The order column 'at' has the type " + name, "--orderColumn");
    refused(
        table,
        feed("", "at"),
        "The event time column 'at' has the type " + name,
        "--eventTimeColumn");
  }

  static List<Arguments> aColumnWithoutAnOrderIsRefusedInTheWordsOfDelta() {
    return List.of(
        Arguments.of(FieldType.BYTES, "binary"),
        Arguments.of(FieldType.array(FieldType.INT32), "array<integer>"),
        Arguments.of(FieldType.map(FieldType.STRING, FieldType.INT64), "map<string,long>"),
        Arguments.of(FieldType.row(Schema.builder().addByteField("a").build()), "struct<a:byte>"));
  }

  private static void refused(TableInfo table, ChangeFeed feed, String fact, String option) {
    FreshetException refused =
        assertThrows(FreshetException.class, () -> DeltaChanges.schemaOf(feed, table));
    assertEquals(FailureCategory.SCHEMA, refused.category());
    assertEquals(
        fact
            + ", whose values have no order; it can be a string, a number, a boolean, a date or a"
            + " timestamp ("
            + option
            + ")",
        refused.getMessage());
  }

  private static ChangeFeed feed(String order, String eventTime) {
    return Feeds.timedBy(eventTime, Feeds.of("/t", List.of("user_id", "at"), Keys.EVENTS, order));
  }

  private static TableInfo table(FieldType type) {
    Schema schema =
        Schema.builder()
            .addNullableField("user_id", FieldType.STRING)
            .addNullableField("at", type)
            .build();
    return new TableInfo("id", "file:/t", 0, new TableSchema(schema, Map.of()), List.of(), true);
  }

  private static Object[] row(Object value) {
    return new Object[] {value};
  }
}
