package io.freshet.delta;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.delta.table.TableInfo;
import io.freshet.delta.table.TableSchema;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.logicaltypes.FixedPrecisionNumeric;
import org.apache.beam.sdk.schemas.logicaltypes.MicrosInstant;
import org.apache.beam.sdk.schemas.logicaltypes.SqlTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KeyTextTest {
  @Test
  void textStaysAsItIsAndWholeNumbersAreDecimal() {
    assertEquals(Optional.of(" a\"\n"), KeyText.of(" a\"\n"));
    assertEquals(Optional.of("-7"), KeyText.of(-7L));
    assertEquals(
        Optional.of("18446744073709551615"), KeyText.of(new BigDecimal("18446744073709551615")));
    assertEquals(Optional.of("100"), KeyText.of(new BigDecimal("1E+2")));
    assertEquals(Optional.empty(), KeyText.of(null));
  }

  @Test
  void aKeyIsTextOrAWholeNumber() {
    for (FieldType type :
        List.of(FieldType.STRING, FieldType.INT64, FieldType.BYTE, decimal(20, 0))) {
      assertDoesNotThrow(() -> DeltaChanges.schemaOf(Feeds.of("/t"), table(type)));
    }
  }

  @ParameterizedTest
  @MethodSource
  void aKeyColumnOfAnotherTypeIsRefusedInTheWordsOfDelta(FieldType type, String name) {
    FreshetException refused =
        assertThrows(
            FreshetException.class, () -> DeltaChanges.schemaOf(Feeds.of("/t"), table(type)));

    assertEquals(FailureCategory.SCHEMA, refused.category());
    assertTrue(
        refused.getMessage().startsWith("The key column 'user_id' has the type " + name + ";"),
        refused.getMessage());
    assertTrue(refused.getMessage().contains("--keyColumn"), refused.getMessage());
  }

  static List<Arguments> aKeyColumnOfAnotherTypeIsRefusedInTheWordsOfDelta() {
    return List.of(
        Arguments.of(FieldType.FLOAT, "float"),
        Arguments.of(FieldType.DOUBLE, "double"),
        Arguments.of(FieldType.BOOLEAN, "boolean"),
        Arguments.of(FieldType.BYTES, "binary"),
        Arguments.of(decimal(10, 2), "decimal(10,2)"),
        Arguments.of(FieldType.logicalType(SqlTypes.DATE), "date"),
        Arguments.of(FieldType.logicalType(new MicrosInstant()), "timestamp"),
        Arguments.of(FieldType.logicalType(SqlTypes.DATETIME), "timestamp_ntz"),
        Arguments.of(FieldType.array(FieldType.INT32), "array<integer>"),
        Arguments.of(FieldType.map(FieldType.INT64, decimal(3, 1)), "map<long,decimal(3,1)>"),
        Arguments.of(
            FieldType.row(
                Schema.builder().addByteField("a").addInt16Field("b").addStringField("c").build()),
            "struct<a:byte,b:short,c:string>"));
  }

  private static FieldType decimal(int precision, int scale) {
    return FieldType.logicalType(FixedPrecisionNumeric.of(precision, scale));
  }

  private static TableInfo table(FieldType keyType) {
    Schema schema = Schema.builder().addNullableField("user_id", keyType).build();
    return new TableInfo("id", "file:/t", 0, new TableSchema(schema, Map.of()), List.of(), true);
  }
}
