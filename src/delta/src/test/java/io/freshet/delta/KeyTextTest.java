package io.freshet.delta;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.delta.table.TableInfo;
import io.freshet.delta.table.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.junit.jupiter.api.Test;

class KeyTextTest {
  @Test
  void textStaysAsItIsAndWholeNumbersAreDecimal() {
    assertEquals(Optional.of(" a\"\n"), KeyText.of(" a\"\n"));
    assertEquals(Optional.of("-7"), KeyText.of(-7L));
    assertEquals(Optional.empty(), KeyText.of(null));
  }

  @Test
  void aKeyIsTextOrAWholeNumber() {
    for (FieldType type : List.of(FieldType.STRING, FieldType.INT64, FieldType.BYTE)) {
      assertDoesNotThrow(() -> DeltaChanges.schemaOf(Feeds.of("/t"), table(type)));
    }
  }

  @Test
  void aKeyColumnOfAnotherTypeIsRefusedByNameAndType() {
    for (FieldType type : List.of(FieldType.DOUBLE, FieldType.BOOLEAN, FieldType.BYTES)) {
      FreshetException refused =
          assertThrows(
              FreshetException.class, () -> DeltaChanges.schemaOf(Feeds.of("/t"), table(type)));

      assertEquals(FailureCategory.SCHEMA, refused.category());
      assertTrue(refused.getMessage().contains("'user_id'"), refused.getMessage());
      assertTrue(refused.getMessage().contains(type.getTypeName().name()), refused.getMessage());
    }
  }

  private static TableInfo table(FieldType keyType) {
    Schema schema = Schema.builder().addNullableField("user_id", keyType).build();
    return new TableInfo("id", "file:/t", 0, new TableSchema(schema, Map.of()), List.of(), true);
  }
}
