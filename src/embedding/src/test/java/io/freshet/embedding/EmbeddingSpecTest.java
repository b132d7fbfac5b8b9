package io.freshet.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.VectorOrigin;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddingSpecTest {
  private static final String TEMPLATE = "{user_id} {event_type} {user_id}";

  @Test
  void originNamesColumnsByWhatTheyStay() {
    EmbeddingSpec text = new EmbeddingSpec("hash", 8, "{{{a}}} {b}{a}", "");
    assertEquals(
        new VectorOrigin(
            "hash/1 dimension=8 text={{{a}}} {b}{a}", "hash/1 dimension=8 text={{{ca}}} {cb}{ca}"),
        text.origin(column -> "c" + column));
    EmbeddingSpec column = new EmbeddingSpec("column", 8, "", "v");
    assertEquals(
        new VectorOrigin("column/1 dimension=8 column=v", "column/1 dimension=8 column=cv"),
        column.origin(name -> "c" + name));
  }

  @Test
  void originOfColumnsThatTheTableSpellsOtherwiseIsTheSame() {
    for (EmbeddingSpec spec :
        List.of(
            new EmbeddingSpec("hash", 8, "{{A}} {user_id}\n{a b}", ""),
            new EmbeddingSpec("column", 8, "", "user_vector"))) {
      VectorOrigin before = origin(spec);
      assertTrue(before.fits(origin(spec.withColumns(name -> name.toUpperCase(Locale.ROOT)))));
      assertFalse(before.fits(origin(spec.withColumns(name -> "other " + name))));
    }
    assertFalse(
        origin(new EmbeddingSpec("hash", 8, "A {a}", ""))
            .fits(origin(new EmbeddingSpec("hash", 8, "a {a}", ""))));
  }

  private static VectorOrigin origin(EmbeddingSpec spec) {
    return spec.origin(name -> name);
  }

  @Test
  void theReaderLearnsWhichColumnsTheModelNeeds() {
    assertEquals(
        List.of("user_id", "event_type"), new EmbeddingSpec("hash", 8, TEMPLATE, "").columns());
    assertEquals(List.of("v"), new EmbeddingSpec("column", 8, TEMPLATE, "v").columns());
  }

  @ParameterizedTest
  @CsvSource({
    "gpt, 8, {a}, '', --embedding is one of [hash; column; random]",
    "hash, 0, {a}, '', --dimension is 0",
    "hash, 8, a, '', --textTemplate 'a'",
    "column, 8, {a}, '', --vectorColumn"
  })
  void whatIsMissingOrUnknownIsNamed(
      String model, int dimension, String template, String column, String message) {
    FreshetException e =
        assertThrows(
            FreshetException.class, () -> new EmbeddingSpec(model, dimension, template, column));

    assertEquals(FailureCategory.OPTION, e.category());
    assertTrue(e.getMessage().contains(message.replace(';', ',')), e.getMessage());
  }

  @Test
  void theTemplateIsOfNoConcernToAColumnOfVectors() {
    assertEquals(
        new EmbeddingSpec("column", 8, "{a}", "v").fingerprint(),
        new EmbeddingSpec("column", 8, "", "v").fingerprint());
  }

  @Test
  void theFingerprintTellsApartWhatGivesOtherVectors() {
    EmbeddingSpec spec = new EmbeddingSpec("hash", 128, "{a} {b}", "");

    assertEquals("hash/1 dimension=128 text={a} {b}", spec.fingerprint());
    for (EmbeddingSpec other :
        List.of(
            new EmbeddingSpec("random", 128, "{a} {b}", ""),
            new EmbeddingSpec("hash", 64, "{a} {b}", ""),
            new EmbeddingSpec("hash", 128, "{a}  {b}", ""))) {
      assertNotEquals(spec.fingerprint(), other.fingerprint());
    }
  }

  @Test
  void aModelLivesOnceInAJvm() {
    EmbeddingSpec spec = new EmbeddingSpec("hash", 8, "{a}", "");

    assertSame(Models.get(spec), Models.get(SerializableUtils.clone(spec)));
  }

  @Test
  void randomVectorsAreUniformAndDiffer() {
    EmbeddingModel model = Models.get(new EmbeddingSpec("random", 1000, "{a}", ""));
    List<EmbeddingInput> inputs =
        List.of(new EmbeddingInput.Text("a"), new EmbeddingInput.Text("a"));

    List<float[]> vectors = model.embed(inputs, Instant.MAX);

    double sum = 0;
    for (float component : vectors.get(0)) {
      assertTrue(component >= 0 && component < 1);
      sum += component;
    }
    assertEquals(500, sum, 100);
    assertNotEquals(vectors.get(0)[0], vectors.get(1)[0]);
  }
}
