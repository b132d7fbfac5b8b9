package io.freshet.delta;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.freshet.changes.ChangeType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.stream.IntStream;
import org.apache.beam.sdk.schemas.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonRowsTest {
  private static final Locale LOCALE = Locale.getDefault();
  private static final TimeZone ZONE = TimeZone.getDefault();

  @AfterEach
  void restore() {
    Locale.setDefault(LOCALE);
    TimeZone.setDefault(ZONE);
  }

  @Test
  void numbersHaveTheShortestTextOfTheirOwnType() throws IOException {
    assertEquals(
        "1.1,1.1,1.6492674E12,1.649267441664E12,1.4E-45,4.9E-324,[1.1],2.0E-44,-0.0,\"NaN\",\"-Infinity\"",
        json(
            1.1f,
            1.1,
            0x1.8p40f,
            0x1.8p40,
            Float.MIN_VALUE,
            Double.MIN_VALUE,
            List.of(1.1f),
            2.0E-44,
            -0.0f,
            Float.NaN,
            Double.NEGATIVE_INFINITY));
  }

  @ParameterizedTest
  @CsvSource({
    "en-US, UTC",
    "tr-TR, Pacific/Kiritimati",
    "ar-EG-u-nu-arab, Africa/Cairo",
    "th-TH-u-ca-buddhist-nu-thai, Asia/Bangkok",
    "hi-IN-u-nu-deva, America/Los_Angeles"
  })
  void textsAreTheSameInEveryLocaleAndTimeZone(String locale, String zone) throws IOException {
    Locale.setDefault(Locale.forLanguageTag(locale));
    TimeZone.setDefault(TimeZone.getTimeZone(zone));
    assertEquals(
        "-1234567,1.5,\"1234.50\",true,\"2026-01-02\",\"0001-01-01\",\"1890-01-02T03:04:05.678901Z\",\"2026-01-02T03:04:05.000000\",\"Iıİi"
            + " ż\",[[\"I\",1],[\"i\",2]]",
        json(
            -1234567,
            1.5,
            new BigDecimal("1234.50"),
            true,
            LocalDate.of(2026, 1, 2),
            LocalDate.of(1, 1, 1),
            Instant.parse("1890-01-02T03:04:05.678901Z"),
            LocalDateTime.parse("2026-01-02T03:04:05"),
            "Iıİi ż",
            Map.of("i", 2L, "I", 1L)));
  }

  /** The values of one row, of columns of any type. */
  private static String json(Object... values) throws IOException {
    Schema.Builder schema = Schema.builder();
    IntStream.range(0, values.length).forEach(i -> schema.addNullableStringField("c" + i));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonRows rows = new JsonRows(out)) {
      rows.write(schema.build(), values, ChangeType.INSERT, 7, Instant.EPOCH);
    }
    String line = out.toString(UTF_8);
    return line.substring(1, line.indexOf(",\"_change_type\"")).replaceAll("\"c\\d+\":", "");
  }
}
