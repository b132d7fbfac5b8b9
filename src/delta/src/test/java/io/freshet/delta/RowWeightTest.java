package io.freshet.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

final class RowWeightTest {
  private static final long EMPTY = weight();

  private static long weight(Object... values) {
    return RowWeight.of(values);
  }

  private static void assertHeavierBy(long bytes, Object value) {
    long heavier = weight(value) - EMPTY;
    assertTrue(heavier >= bytes && heavier < bytes + 300, value.getClass() + ": " + heavier);
  }

  @Test
  void aTextWeighsTwoBytesACharacter() {
    assertHeavierBy(40_000, "x".repeat(20_000));
  }

  @Test
  void whatHoldsOthersWeighsWhatTheyDo() {
    assertHeavierBy(1_000, new byte[1_000]);
    assertHeavierBy(500 * 28, Collections.nCopies(500, 1f));
    assertHeavierBy(40_000, Map.of("k", "x".repeat(20_000)));
    Schema schema = Schema.builder().addStringField("text").build();
    assertHeavierBy(40_000, Row.withSchema(schema).addValue("x".repeat(20_000)).build());
    assertHeavierBy(40_000, List.of("x".repeat(20_000)));
  }

  @Test
  void nothingWeighsLittle() {
    assertEquals(EMPTY + 28, weight((Object) null));
  }
}
