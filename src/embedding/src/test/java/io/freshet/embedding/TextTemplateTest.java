package io.freshet.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.logicaltypes.MicrosInstant;
import org.apache.beam.sdk.schemas.logicaltypes.SqlTypes;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextTemplateTest {
  private static final Schema PAIR =
      Schema.builder().addStringField("a").addStringField("b").build();

  @ParameterizedTest
  @MethodSource
  void valuesAreWrittenByTheirType(FieldType type, Object value, String expected) {
    Schema schema = Schema.builder().addNullableField("v", type).build();

    String text =
        TextTemplate.parse("<{v}>").render(Row.withSchema(schema).addValue(value).build());

    assertEquals("<" + expected + ">", text);
  }

  static List<Arguments> valuesAreWrittenByTheirType() {
    FieldType instant = FieldType.logicalType(new MicrosInstant());
    return List.of(
        Arguments.of(FieldType.STRING, null, ""),
        Arguments.of(FieldType.STRING, " {a}\n🛒", " {a}\n🛒"),
        Arguments.of(FieldType.BYTE, (byte) -1, "-1"),
        Arguments.of(FieldType.INT16, (short) 7, "7"),
        Arguments.of(FieldType.INT32, 1_000_000, "1000000"),
        Arguments.of(FieldType.INT64, Long.MIN_VALUE, "-9223372036854775808"),
        Arguments.of(FieldType.FLOAT, 0.1f, "0.1"),
        // Java 17's own text is 1.64926744E12.
        Arguments.of(FieldType.FLOAT, 0x1.8p40f, "1.6492674E12"),
        Arguments.of(FieldType.FLOAT, Float.MIN_VALUE, "1.4E-45"),
        Arguments.of(FieldType.DOUBLE, Double.parseDouble("2e23"), "2.0E23"),
        Arguments.of(FieldType.DOUBLE, 0x1p-44, "5.684341886080802E-14"),
        Arguments.of(FieldType.DOUBLE, -0.0, "-0.0"),
        Arguments.of(FieldType.DOUBLE, 1e10, "1.0E10"),
        Arguments.of(FieldType.DOUBLE, Double.NaN, "NaN"),
        Arguments.of(FieldType.BOOLEAN, true, "true"),
        Arguments.of(FieldType.DECIMAL, new BigDecimal("1E+3"), "1000"),
        Arguments.of(FieldType.DECIMAL, new BigDecimal("1.50"), "1.50"),
        Arguments.of(instant, Instant.parse("2026-01-02T03:04:05Z"), "2026-01-02T03:04:05.000000Z"),
        Arguments.of(
            instant, Instant.parse("1969-12-31T23:59:59.999999Z"), "1969-12-31T23:59:59.999999Z"),
        Arguments.of(
            FieldType.DATETIME,
            org.joda.time.Instant.ofEpochMilli(1_500_000_000_123L),
            "2017-07-14T02:40:00.123000Z"),
        Arguments.of(
            FieldType.logicalType(SqlTypes.DATETIME),
            LocalDateTime.parse("2026-01-02T03:04:05.678901"),
            "2026-01-02T03:04:05.678901"),
        Arguments.of(FieldType.logicalType(SqlTypes.DATE), LocalDate.of(2026, 1, 2), "2026-01-02"),
        Arguments.of(FieldType.BYTES, new byte[] {0, (byte) 0xff}, "AP8="),
        Arguments.of(
            FieldType.array(FieldType.DOUBLE.withNullable(true)),
            new ArrayList<>(Arrays.asList(1.5, null, 2.0)),
            "[1.5, , 2.0]"),
        Arguments.of(
            FieldType.array(FieldType.FLOAT), List.of(0x1.8p40f, 1.1f), "[1.6492674E12, 1.1]"),
        Arguments.of(
            FieldType.map(FieldType.STRING, FieldType.INT32), Map.of("b", 2, "a", 1), "{a=1, b=2}"),
        Arguments.of(
            FieldType.row(PAIR), Row.withSchema(PAIR).addValues("x", "y").build(), "{a=x, b=y}"));
  }

  @ParameterizedTest
  @CsvSource({
    "tr-TR, Pacific/Kiritimati",
    "ar-EG-u-nu-arab, Africa/Cairo",
    "th-TH-u-ca-buddhist-nu-thai, America/Los_Angeles"
  })
  void textsAreTheSameInEveryLocaleAndTimeZone(String locale, String zone) {
    Locale localeBefore = Locale.getDefault();
    TimeZone zoneBefore = TimeZone.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag(locale));
      TimeZone.setDefault(TimeZone.getTimeZone(zone));
      for (Arguments each : valuesAreWrittenByTheirType()) {
        Object[] arguments = each.get();
        valuesAreWrittenByTheirType((FieldType) arguments[0], arguments[1], (String) arguments[2]);
      }
    } finally {
      Locale.setDefault(localeBefore);
      TimeZone.setDefault(zoneBefore);
    }
  }

  @Test
  void columnsCanBeNamedOtherwise() {
    TextTemplate template = TextTemplate.parse("{{{a}}} {b}{a}, {{b}}!");

    assertEquals("{{{A}}} {B}{A}, {{b}}!", template.renamed(name -> name.toUpperCase(Locale.ROOT)));
  }

  @Test
  void columnsAreReplacedAndDoubledBracesAreBraces() {
    TextTemplate template = TextTemplate.parse("{{{a}}} {b}{a}, {{b}}!");

    Row row = Row.withSchema(PAIR).addValues("1", "{a}").build();

    assertEquals("{1} {a}1, {b}!", template.render(row));
    assertEquals(List.of("a", "b"), template.columns());
  }

  @Test
  void columnNamesMayHoldAnythingButBraces() {
    Schema schema = Schema.builder().addStringField("User id, x.y").build();

    String text =
        TextTemplate.parse("{User id, x.y}").render(Row.withSchema(schema).addValue("u").build());

    assertEquals("u", text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no column", "{{a}}", "{a", "a}", "{}", "{a{b}", "{a}}", "{{a}"})
  void aMalformedTemplateIsRefused(String template) {
    FreshetException e = assertThrows(FreshetException.class, () -> TextTemplate.parse(template));

    assertEquals(FailureCategory.OPTION, e.category());
    assertTrue(e.getMessage().contains("--textTemplate '" + template + "'"), e.getMessage());
  }

  @Test
  void anUnknownColumnIsNamedWithTheTablesColumns() {
    FreshetException e =
        assertThrows(
            FreshetException.class,
            () -> TextTemplate.parse("{a} {A}").requireColumns(PAIR.getFieldNames()));

    assertEquals(FailureCategory.OPTION, e.category());
    assertEquals(
        "--textTemplate names the column 'A', which the table lacks; it has a, b", e.getMessage());
  }
}
