package io.freshet.embedding;

import static java.time.ZoneOffset.UTC;

import com.fasterxml.jackson.core.io.schubfach.DoubleToDecimal;
import com.fasterxml.jackson.core.io.schubfach.FloatToDecimal;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Writes a column's value as text, as {@code docs/models.md} specifies it under "Text". */
final class ValueText {
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS", Locale.ROOT);

  private ValueText() {}

  static void append(@Nullable Object value, StringBuilder text) {
    if (value == null) {
      return;
    } else if (value instanceof Double number) {
      // Not Java's own text, which Java 19 has changed: vectors would be those of a Java version.
      text.append(DoubleToDecimal.toString(number));
    } else if (value instanceof Float number) {
      text.append(FloatToDecimal.toString(number));
    } else if (value instanceof BigDecimal number) {
      text.append(number.toPlainString());
    } else if (value instanceof Instant instant) {
      text.append(MICROS.format(instant.atOffset(UTC))).append('Z');
    } else if (value instanceof org.joda.time.Instant instant) {
      append(Instant.ofEpochMilli(instant.getMillis()), text);
    } else if (value instanceof LocalDateTime dateTime) {
      text.append(MICROS.format(dateTime));
    } else if (value instanceof byte[] bytes) {
      text.append(Base64.getEncoder().encodeToString(bytes));
    } else if (value instanceof ByteBuffer bytes) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.duplicate().get(copy);
      append(copy, text);
    } else if (value instanceof Row row) {
      appendRow(row, text);
    } else if (value instanceof Iterable<?> elements) {
      appendElements(elements, text);
    } else if (value instanceof Map<?, ?> map) {
      appendMap(map, text);
    } else {
      // Strings, whole numbers, booleans, dates.
      text.append(value);
    }
  }

  private static void appendElements(Iterable<?> elements, StringBuilder text) {
    text.append('[');
    Iterator<?> iterator = elements.iterator();
    while (iterator.hasNext()) {
      append(iterator.next(), text);
      text.append(iterator.hasNext() ? ", " : "");
    }
    text.append(']');
  }

  private static void appendMap(Map<?, ?> map, StringBuilder text) {
    TreeMap<String, String> sorted = new TreeMap<>();
    map.forEach((key, value) -> sorted.put(textOf(key), textOf(value)));
    text.append(sorted);
  }

  private static void appendRow(Row row, StringBuilder text) {
    text.append('{');
    for (int i = 0; i < row.getFieldCount(); i++) {
      text.append(i == 0 ? "" : ", ").append(row.getSchema().getField(i).getName()).append('=');
      append(row.getValue(i), text);
    }
    text.append('}');
  }

  private static String textOf(@Nullable Object value) {
    StringBuilder text = new StringBuilder();
    append(value, text);
    return text.toString();
  }
}
