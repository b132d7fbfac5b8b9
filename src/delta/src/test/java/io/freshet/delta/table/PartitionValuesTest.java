package io.freshet.delta.table;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.Schema.TypeName;
import org.apache.beam.sdk.schemas.logicaltypes.FixedPrecisionNumeric;
import org.apache.beam.sdk.schemas.logicaltypes.MicrosInstant;
import org.apache.beam.sdk.schemas.logicaltypes.SqlTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartitionValuesTest {
  private static final FieldType TIMESTAMP = FieldType.logicalType(new MicrosInstant());

  private static final FieldType DECIMAL = FieldType.logicalType(FixedPrecisionNumeric.of(10, 2));

  private static Object parse(String text, FieldType type) {
    return PartitionValues.parse("p", text, type);
  }

  @Test
  void textsAreTypedByTheirColumn() {
    assertEquals(" a/b ", parse(" a/b ", FieldType.STRING));
    assertEquals((byte) -3, parse("-3", FieldType.BYTE));
    assertEquals((short) 4, parse("4", FieldType.INT16));
    assertEquals(5, parse("5", FieldType.INT32));
    assertEquals(6L, parse("6", FieldType.INT64));
    assertEquals(1.5f, parse("1.5", FieldType.FLOAT));
    assertEquals(Double.NEGATIVE_INFINITY, parse("-Infinity", FieldType.DOUBLE));
    assertEquals(true, parse("true", FieldType.BOOLEAN));
    assertEquals(new BigDecimal("7.50"), parse("7.5", DECIMAL));
    assertArrayEquals(new byte[] {65, 1}, (byte[]) parse("A\u0001", FieldType.BYTES));
    assertEquals(
        LocalDate.of(2026, 2, 3), parse("2026-02-03", FieldType.logicalType(SqlTypes.DATE)));
    assertEquals(
        LocalDateTime.of(2026, 2, 3, 4, 5, 6),
        parse("2026-02-03 04:05:06", FieldType.logicalType(SqlTypes.DATETIME)));
    // The column was one of dates, and was widened.
    assertEquals(
        LocalDateTime.of(2026, 2, 3, 0, 0),
        parse("2026-02-03", FieldType.logicalType(SqlTypes.DATETIME)));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-02-03 04:05:06, 2026-02-03T04:05:06Z",
    "2026-02-03 04:05:06.7, 2026-02-03T04:05:06.7Z",
    "2026-02-03 04:05:06.123456, 2026-02-03T04:05:06.123456Z",
    "2026-02-03T04:05:06.123456Z, 2026-02-03T04:05:06.123456Z",
    "2026-02-03T04:05:06.123456+02:00, 2026-02-03T02:05:06.123456Z",
  })
  void timestampsComeInTwoFormats(String text, Instant instant) {
    assertEquals(instant, parse(text, TIMESTAMP));
  }

  @Test
  void nullAndEmptyTextAreNullWhateverTheType() {
    for (FieldType type : new FieldType[] {FieldType.STRING, FieldType.INT32, TIMESTAMP}) {
      assertNull(parse(null, type));
      assertNull(parse("", type));
    }
  }

  @ParameterizedTest
  @CsvSource({"INT32, 5.0", "INT64, x", "BOOLEAN, yes"})
  void textOfAnotherTypeIsNamedWithItsColumn(TypeName type, String text) {
    FreshetException bad =
        assertThrows(FreshetException.class, () -> parse(text, FieldType.of(type)));
    assertEquals(FailureCategory.SCHEMA, bad.category());
    assertTrue(bad.getMessage().contains("column 'p'"));
  }
}
