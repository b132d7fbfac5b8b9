package io.freshet.delta.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A table's metadata as its log states it (Delta protocol, section <i>Change Metadata</i>).
 *
 * @param id the table's id
 * @param schemaString its schema in Delta's JSON
 * @param partitionColumns names of its partition columns
 * @param configuration its properties
 */
record TableMetadata(
    String id,
    String schemaString,
    List<String> partitionColumns,
    Map<String, String> configuration) {
  TableMetadata {
    partitionColumns = List.copyOf(partitionColumns);
    configuration = Map.copyOf(configuration);
  }

  /** Parses a {@code metaData} action. */
  static TableMetadata parse(JsonNode metaData) {
    List<String> partitionColumns = new ArrayList<>();
    metaData.path("partitionColumns").forEach(column -> partitionColumns.add(column.asText()));
    Map<String, String> configuration = new HashMap<>();
    metaData
        .path("configuration")
        .fields()
        .forEachRemaining(
            property -> configuration.put(property.getKey(), property.getValue().asText()));
    return new TableMetadata(
        metaData.path("id").asText(),
        metaData.path("schemaString").asText(),
        partitionColumns,
        configuration);
  }

  /** The table's columns. */
  TableSchema schema() {
    return DeltaSchemas.parse(schemaString, mapping());
  }

  /** How files know the columns. */
  ColumnMapping mapping() {
    return ColumnMapping.of(configuration);
  }

  /** Whether the change data feed is on. */
  boolean changeFeed() {
    return Boolean.parseBoolean(configuration.getOrDefault("delta.enableChangeDataFeed", "false"));
  }
}
