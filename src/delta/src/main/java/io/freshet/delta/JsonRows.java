package io.freshet.delta;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import io.freshet.changes.ChangeType;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/**
 * Writes changes as JSON, one a line: the row's columns, then {@code _change_type}, {@code
 * _commit_version} and {@code _commit_timestamp} (ms since 1970).
 *
 * <p>Timestamps are UTC in ISO 8601 with six digits and {@code Z}, those without a zone have no
 * {@code Z}; dates ISO 8601; floats and doubles the shortest decimal of their own type; decimals
 * texts with all digits of their scale; binary base64; NaN and infinities texts; maps lists of
 * {@code [key, value]}, in the order of the keys; structs objects.
 */
public final class JsonRows implements Closeable {
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS", Locale.ROOT);

  private final JsonGenerator json;

  /** Writes to {@code out}, which is not closed. */
  public JsonRows(OutputStream out) throws IOException {
    this.json =
        new JsonFactory()
            .createGenerator(out)
            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
            .disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM)
            // The shortest text, which Java has from 19 on only.
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER.mappedFeature())
            .setPrettyPrinter(new MinimalPrettyPrinter(""));
  }

  /** Writes one change. */
  public void write(
      Schema schema, Object[] values, ChangeType type, long version, Instant timestamp)
      throws IOException {
    json.writeStartObject();
    for (int i = 0; i < values.length; i++) {
      json.writeFieldName(schema.getField(i).getName());
      value(values[i]);
    }
    json.writeStringField("_change_type", type.deltaName());
    json.writeNumberField("_commit_version", version);
    json.writeNumberField("_commit_timestamp", timestamp.toEpochMilli());
    json.writeEndObject();
    json.writeRaw('\n');
  }

  @Override
  public void close() throws IOException {
    json.close();
  }

  private void value(Object value) throws IOException {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof String text) {
      json.writeString(text);
    } else if (value instanceof Double number) {
      floating(number);
    } else if (value instanceof Float number) {
      floating(number);
    } else if (value instanceof BigDecimal decimal) {
      json.writeString(decimal.toPlainString());
    } else if (value instanceof Number whole) {
      json.writeNumber(whole.longValue());
    } else if (value instanceof Boolean bool) {
      json.writeBoolean(bool);
    } else if (value instanceof byte[] bytes) {
      json.writeBinary(bytes);
    } else if (value instanceof Instant instant) {
      json.writeString(MICROS.format(instant.atOffset(ZoneOffset.UTC)) + "Z");
    } else if (value instanceof LocalDateTime dateTime) {
      json.writeString(MICROS.format(dateTime));
    } else if (value instanceof LocalDate date) {
      json.writeString(date.toString());
    } else {
      nested(value);
    }
  }

  private void nested(Object value) throws IOException {
    if (value instanceof Row row) {
      json.writeStartObject();
      for (int i = 0; i < row.getFieldCount(); i++) {
        json.writeFieldName(row.getSchema().getField(i).getName());
        value(row.getValues().get(i));
      }
      json.writeEndObject();
    } else if (value instanceof Collection<?> list) {
      json.writeStartArray();
      for (Object element : list) {
        value(element);
      }
      json.writeEndArray();
    } else if (value instanceof Map<?, ?> map) {
      map(map);
    } else {
      throw new IllegalStateException("No JSON for a value of " + value.getClass());
    }
  }

  private void map(Map<?, ?> map) throws IOException {
    List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
    entries.sort((one, other) -> compareKeys(one.getKey(), other.getKey()));
    json.writeStartArray();
    for (Map.Entry<?, ?> entry : entries) {
      json.writeStartArray();
      value(entry.getKey());
      value(entry.getValue());
      json.writeEndArray();
    }
    json.writeEndArray();
  }

  /** Texts by code points; what has an order of its own by that. */
  private static int compareKeys(Object one, Object other) {
    if (one instanceof String text) {
      return compareTexts(text, (String) other);
    }
    if (one instanceof Number number && !(one instanceof BigDecimal)) {
      return number instanceof Double || number instanceof Float
          ? Double.compare(number.doubleValue(), ((Number) other).doubleValue())
          : Long.compare(number.longValue(), ((Number) other).longValue());
    }
    if (one instanceof BigDecimal decimal) {
      return decimal.compareTo((BigDecimal) other);
    }
    return Comparator.comparing(String::valueOf).compare(one, other);
  }

  private static int compareTexts(String one, String other) {
    int[] left = one.codePoints().toArray();
    int[] right = other.codePoints().toArray();
    return Arrays.compare(left, right);
  }

  private void floating(double number) throws IOException {
    if (Double.isFinite(number)) {
      json.writeNumber(number);
    } else {
      json.writeString(Double.toString(number));
    }
  }

  private void floating(float number) throws IOException {
    if (Float.isFinite(number)) {
      json.writeNumber(number);
    } else {
      json.writeString(Float.toString(number));
    }
  }
}
