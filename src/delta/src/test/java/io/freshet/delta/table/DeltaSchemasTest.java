package io.freshet.delta.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.junit.jupiter.api.Test;

class DeltaSchemasTest {
  private static final TableSchema SCHEMA =
      DeltaSchemas.parse(
          """
          {"type":"struct","fields":[
            {"name":"id","type":"long","nullable":false,"metadata":{}},
            {"name":"v","type":"variant","nullable":true,"metadata":{}},
            {"name":"vs","type":{"type":"array","elementType":"void","containsNull":true}},
            {"name":"text","type":"string","nullable":true,"metadata":{}}]}
          """);

  @Test
  void columnsThatCannotBeReadAreKeptApart() {
    assertEquals(List.of("id", "text"), SCHEMA.schema().getFieldNames());
    assertEquals(
        Map.of(
            "v",
            "variant",
            "vs",
            "{\"type\":\"array\",\"elementType\":\"void\",\"containsNull\":true}"),
        SCHEMA.unreadable());
  }

  @Test
  void everyColumnIsNullable() {
    assertTrue(SCHEMA.schema().getField("id").getType().getNullable());
  }

  @Test
  void projectionHasTheColumnsInTheOrderAskedFor() {
    assertEquals(
        Schema.builder().addNullableStringField("text").addNullableInt64Field("id").build(),
        SCHEMA.project(List.of("text", "id")));
  }

  @Test
  void columnOfAnUnknownTypeFailsOnlyWhoAsksForIt() {
    FreshetException unreadable =
        assertThrows(FreshetException.class, () -> SCHEMA.project(List.of("v")));
    assertEquals(FailureCategory.SCHEMA, unreadable.category());
    assertEquals(
        "Column 'v' has the type variant, which cannot be read; leave the column out",
        unreadable.getMessage());
  }

  @Test
  void missingColumnIsNamedWithThoseThatAreThere() {
    assertEquals(
        "The table has no column 'IDs'; its columns are id, text",
        assertThrows(FreshetException.class, () -> SCHEMA.project(List.of("IDs"))).getMessage());
  }
}
