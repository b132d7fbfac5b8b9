package io.freshet.delta.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/** How files know a table's columns (Delta protocol, section <i>Column Mapping</i>). */
enum ColumnMapping {
  /** By the columns' names. */
  NONE,
  /** By names that stay when a column is renamed. */
  NAME,
  /** By numbers. */
  ID;

  /** The mapping that a table's configuration names. */
  static ColumnMapping of(Map<String, String> configuration) {
    return switch (configuration.getOrDefault("delta.columnMapping.mode", "none")) {
      case "name" -> NAME;
      case "id" -> ID;
      default -> NONE;
    };
  }

  /** The field of a schema that a {@code StructField} of a {@code schemaString} stands for. */
  Schema.Field field(JsonNode declared, FieldType type) {
    Schema.Field field = Schema.Field.nullable(declared.path("name").asText(), type);
    JsonNode name = declared.path("metadata").path("delta.columnMapping.physicalName");
    if (this == NONE || name.isMissingNode()) {
      return field;
    }
    Schema.Field named = PhysicalColumn.named(field, name.asText());
    JsonNode id = declared.path("metadata").path("delta.columnMapping.id");
    return this == ID && id.isInt() ? PhysicalColumn.numbered(named, id.asInt()) : named;
  }
}
