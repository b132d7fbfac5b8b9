package io.freshet.embedding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.OptionAtFault;
import io.freshet.changes.SkipReason;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class VectorColumnTest {
  private static final EmbeddingSpec SPEC = new EmbeddingSpec("column", 2, "", "v");
  private static final FieldType DOUBLES = FieldType.array(FieldType.DOUBLE.withNullable(true));

  @Test
  void floatsAreKeptAndDoublesAreRounded() {
    assertArrayEquals(
        new float[] {0.1f, -0.0f},
        vector(read(FieldType.array(FieldType.FLOAT), List.of(0.1f, -0.0f))));
    assertArrayEquals(new float[] {0.1f, 3}, vector(read(DOUBLES, List.of(0.1, 3.0))));
  }

  @ParameterizedTest
  @MethodSource
  void aVectorThatCannotBeUsedIsDescribed(List<Double> value, String actual) {
    assertEquals(
        new RowInput.Unusable(
            SkipReason.BAD_VECTOR,
            "The column 'v' must hold 2 finite 32-bit components; it holds " + actual,
            actual.endsWith(" components") ? OptionAtFault.DIMENSION : OptionAtFault.VECTOR_COLUMN),
        read(DOUBLES, value));
  }

  static List<Arguments> aVectorThatCannotBeUsedIsDescribed() {
    return List.of(
        Arguments.of(null, "null"),
        Arguments.of(List.of(), "0 components"),
        Arguments.of(List.of(1.0), "1 components"),
        Arguments.of(List.of(1.0, 2.0, 3.0), "3 components"),
        Arguments.of(Arrays.asList(1.0, null), "null as component 1"),
        Arguments.of(List.of(Double.NaN, 2.0), "NaN as component 0"),
        Arguments.of(List.of(1.0, Double.NEGATIVE_INFINITY), "-Infinity as component 1"),
        Arguments.of(List.of(1.0, 1e39), "1.0E39 as component 1"));
  }

  @Test
  void aColumnThatIsMissingIsNamedWithTheTablesColumns() {
    Schema schema = Schema.builder().addStringField("user_id").addStringField("w").build();

    FreshetException e = assertThrows(FreshetException.class, () -> RowInputs.of(SPEC, schema));

    assertEquals(FailureCategory.OPTION, e.category());
    assertTrue(e.getMessage().endsWith("it has user_id, w"), e.getMessage());
  }

  @ParameterizedTest
  @MethodSource
  void aColumnOfAnotherTypeIsRefused(FieldType type, String name) {
    Schema schema = Schema.builder().addField("v", type).build();

    FreshetException e = assertThrows(FreshetException.class, () -> RowInputs.of(SPEC, schema));

    assertEquals(FailureCategory.SCHEMA, e.category());
    assertTrue(e.getMessage().contains("of the type " + name + ";"), e.getMessage());
  }

  static List<Arguments> aColumnOfAnotherTypeIsRefused() {
    return List.of(
        Arguments.of(FieldType.STRING, "string"),
        Arguments.of(FieldType.array(FieldType.INT64), "array<long>"));
  }

  @Test
  void theRowHashIsThatOfTheBigEndianComponents() {
    long hash = new EmbeddingInput.OwnVector(new float[] {1, -2}).rowHash();

    byte[] bytes = {0x3f, (byte) 0x80, 0, 0, (byte) 0xc0, 0, 0, 0};
    assertEquals(FeatureHash.hash('V', bytes), hash);
  }

  private static RowInput read(FieldType type, List<?> value) {
    Schema schema = Schema.builder().addNullableField("v", type).build();
    return RowInputs.of(SPEC, schema).of(Row.withSchema(schema).addValue(value).build());
  }

  private static float[] vector(RowInput input) {
    return ((EmbeddingInput.OwnVector) input).values();
  }
}
