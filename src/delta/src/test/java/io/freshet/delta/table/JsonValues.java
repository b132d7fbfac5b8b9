package io.freshet.delta.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.apache.hadoop.conf.Configuration;

/** Values in the encoding of {@code corpus/README.md}. */
final class JsonValues {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS");

  private JsonValues() {}

  /** The changes of a commit, with their type and version. */
  static List<ObjectNode> changes(Commit commit, Schema schema) throws InterruptedException {
    List<ObjectNode> rows = new ArrayList<>();
    for (DataUnit unit : commit.units()) {
      new UnitReader(new Configuration())
          .read(
              unit,
              schema,
              0,
              Long.MAX_VALUE,
              (ordinal, type, values) ->
                  rows.add(
                      row(schema, Arrays.asList(values))
                          .put("_change_type", type.deltaName())
                          .put("_commit_version", (int) commit.version())));
    }
    return rows;
  }

  static ObjectNode row(Schema schema, List<Object> values) {
    ObjectNode row = JSON.objectNode();
    for (int i = 0; i < values.size(); i++) {
      row.set(schema.getField(i).getName(), value(values.get(i)));
    }
    return row;
  }

  static JsonNode value(Object value) {
    if (value == null) {
      return JSON.nullNode();
    } else if (value instanceof Row row) {
      return row(row.getSchema(), row.getValues());
    } else if (value instanceof List<?> list) {
      ArrayNode array = JSON.arrayNode();
      list.forEach(element -> array.add(value(element)));
      return array;
    } else if (value instanceof Map<?, ?> map) {
      return entries(map);
    } else if (value instanceof Integer
        || value instanceof Long
        || value instanceof Short
        || value instanceof Byte) {
      return number(((Number) value).longValue());
    } else if (value instanceof Double || value instanceof Float) {
      double number = ((Number) value).doubleValue();
      return Double.isFinite(number)
          ? JSON.numberNode(number)
          : JSON.textNode(Double.toString(number));
    } else if (value instanceof Boolean bool) {
      return JSON.booleanNode(bool);
    } else if (value instanceof byte[] bytes) {
      return JSON.textNode(Base64.getEncoder().encodeToString(bytes));
    } else if (value instanceof BigDecimal decimal) {
      return JSON.textNode(decimal.toPlainString());
    } else if (value instanceof Instant instant) {
      return JSON.textNode(MICROS.format(instant.atOffset(ZoneOffset.UTC)) + "Z");
    } else if (value instanceof LocalDateTime dateTime) {
      return JSON.textNode(MICROS.format(dateTime));
    } else if (value instanceof LocalDate || value instanceof String) {
      return JSON.textNode(value.toString());
    }
    throw new AssertionError("A value of " + value.getClass());
  }

  /** As Jackson parses it: an int where it fits. */
  private static JsonNode number(long number) {
    return number == (int) number ? JSON.numberNode((int) number) : JSON.numberNode(number);
  }

  private static JsonNode entries(Map<?, ?> map) {
    ArrayNode entries = JSON.arrayNode();
    map.entrySet().stream()
        .map(entry -> JSON.arrayNode().add(value(entry.getKey())).add(value(entry.getValue())))
        .sorted(Comparator.comparing(Object::toString))
        .forEach(entries::add);
    return entries;
  }
}
