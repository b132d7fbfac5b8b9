package io.freshet.delta.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.logicaltypes.FixedPrecisionNumeric;
import org.apache.beam.sdk.schemas.logicaltypes.MicrosInstant;
import org.apache.beam.sdk.schemas.logicaltypes.SqlTypes;

/**
 * Delta schemas as Beam schemas (Delta protocol, section <i>Schema Serialization Format</i>). Every
 * field, element and value is nullable, whatever Delta says: a column that a file lacks is null.
 * {@code timestamp} is an {@link java.time.Instant}, {@code timestamp_ntz} a {@link
 * java.time.LocalDateTime}, {@code date} a {@link java.time.LocalDate}.
 */
final class DeltaSchemas {
  private static final Pattern DECIMAL = Pattern.compile("decimal\\((\\d+),\\s*(\\d+)\\)");

  private final ColumnMapping mapping;

  private DeltaSchemas(ColumnMapping mapping) {
    this.mapping = mapping;
  }

  /** Parses the {@code schemaString} of a table whose files know columns by the same names. */
  static TableSchema parse(String schemaString) {
    return new DeltaSchemas(ColumnMapping.NONE).schema(schemaString);
  }

  /** Parses a table's {@code schemaString}. */
  static TableSchema parse(String schemaString, ColumnMapping mapping) {
    return new DeltaSchemas(mapping).schema(schemaString);
  }

  private TableSchema schema(String schemaString) {
    Schema.Builder schema = Schema.builder();
    Map<String, String> unreadable = new LinkedHashMap<>();
    for (JsonNode field : tree(schemaString).path("fields")) {
      String name = field.path("name").asText();
      JsonNode type = field.path("type");
      fieldType(type)
          .ifPresentOrElse(
              known -> schema.addField(mapping.field(field, known)),
              () -> unreadable.put(name, type.isTextual() ? type.asText() : type.toString()));
    }
    return new TableSchema(schema.build(), unreadable);
  }

  private static JsonNode tree(String schemaString) {
    try {
      return LogJson.MAPPER.readTree(schemaString);
    } catch (JsonProcessingException e) {
      throw new FreshetException(
          FailureCategory.SCHEMA, "The table's schema is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  private Optional<FieldType> fieldType(JsonNode type) {
    if (type.isTextual()) {
      return primitive(type.asText());
    }
    return switch (type.path("type").asText()) {
      case "struct" -> struct(type);
      case "array" ->
          fieldType(type.path("elementType"))
              .map(element -> FieldType.array(element.withNullable(true)));
      case "map" ->
          fieldType(type.path("keyType"))
              .flatMap(
                  key ->
                      fieldType(type.path("valueType"))
                          .map(value -> FieldType.map(key, value.withNullable(true))));
      default -> Optional.empty();
    };
  }

  private Optional<FieldType> struct(JsonNode type) {
    Schema.Builder struct = Schema.builder();
    for (JsonNode field : type.path("fields")) {
      Optional<FieldType> fieldType = fieldType(field.path("type"));
      if (fieldType.isEmpty()) {
        return Optional.empty();
      }
      struct.addField(mapping.field(field, fieldType.get()));
    }
    return Optional.of(FieldType.row(struct.build()));
  }

  private static Optional<FieldType> primitive(String name) {
    if (name.equals("decimal") || name.startsWith("decimal(")) {
      return Optional.of(decimal(name));
    }
    return switch (name) {
      case "string" -> Optional.of(FieldType.STRING);
      case "long" -> Optional.of(FieldType.INT64);
      case "integer" -> Optional.of(FieldType.INT32);
      case "short" -> Optional.of(FieldType.INT16);
      case "byte" -> Optional.of(FieldType.BYTE);
      case "float" -> Optional.of(FieldType.FLOAT);
      case "double" -> Optional.of(FieldType.DOUBLE);
      case "boolean" -> Optional.of(FieldType.BOOLEAN);
      case "binary" -> Optional.of(FieldType.BYTES);
      case "date" -> Optional.of(FieldType.logicalType(SqlTypes.DATE));
      case "timestamp" -> Optional.of(FieldType.logicalType(new MicrosInstant()));
      case "timestamp_ntz" -> Optional.of(FieldType.logicalType(SqlTypes.DATETIME));
      default -> Optional.empty();
    };
  }

  /** {@code decimal} alone is {@code decimal(10,0)}. */
  private static FieldType decimal(String name) {
    Matcher declared = DECIMAL.matcher(name);
    return declared.matches()
        ? FieldType.logicalType(
            FixedPrecisionNumeric.of(
                Integer.parseInt(declared.group(1)), Integer.parseInt(declared.group(2))))
        : FieldType.logicalType(FixedPrecisionNumeric.of(10, 0));
  }
}
