package io.freshet.embedding;

import static io.freshet.embedding.TestChanges.LEASE;
import static io.freshet.embedding.TestChanges.NOW;
import static io.freshet.embedding.TestChanges.SCHEMA;
import static io.freshet.embedding.TestChanges.delete;
import static io.freshet.embedding.TestChanges.insert;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.Change;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.Lease;
import io.freshet.changes.OptionAtFault;
import io.freshet.changes.Outcome;
import io.freshet.changes.Reject;
import io.freshet.changes.SkipReason;
import io.freshet.changes.Time;
import io.freshet.changes.VectorBatch;
import io.freshet.changes.VectorUpdate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BatchEmbedderTest {
  private static final EmbeddingSpec TEXT = new EmbeddingSpec("hash", 8, "{text}", "");
  private static final EmbeddingSpec COLUMN = new EmbeddingSpec("column", 2, "", "v");
  private static final float[] NO_VECTOR = new float[0];

  @BeforeEach
  void forgetMetrics() {
    RecordedMetrics.OBSERVATIONS.clear();
  }

  @Test
  void vectorsStandInTheOrderOfTheChangesAndDeletesHaveNone() {
    VectorBatch embedded =
        embed(TEXT, List.of(insert(4, "a"), delete(2), insert(9, "b c"), delete(3)));

    List<VectorUpdate> updates = embedded.updates();
    assertEquals(List.of(4, 2, 9, 3), numbers(updates));
    assertArrayEquals(new HashModel(8).embed("a"), updates.get(0).vector());
    assertArrayEquals(new HashModel(8).embed("b c"), updates.get(2).vector());
    assertEquals(new EmbeddingInput.Text("b c").rowHash(), updates.get(2).rowHash());
    for (int delete : List.of(1, 3)) {
      assertArrayEquals(NO_VECTOR, updates.get(delete).vector());
      assertEquals(0, updates.get(delete).rowHash());
    }
    assertEquals(List.of(), embedded.outcomes());
  }

  @Test
  void theTimeOfABatchIsObservedForEachOfItsRows() {
    embed(TEXT, List.of(insert(0, "a"), delete(1), insert(2, "b")));

    assertEquals(1, RecordedMetrics.OBSERVATIONS.size());
    RecordedMetrics.Observation observation = RecordedMetrics.OBSERVATIONS.element();
    assertEquals("embedding_generation_duration_seconds", observation.name());
    assertEquals(2, observation.times());
    assertTrue(observation.seconds() >= 0);
  }

  @Test
  void changesWhoseKeyCannotBeStoredAreSkippedWithTheirBatch() {
    Change insert = insert(1, "a").withKeyFault(SkipReason.KEY_TOO_LONG);
    Change delete = delete(2).withKeyFault(SkipReason.NULL_KEY);

    VectorBatch embedded = embed(TEXT, List.of(insert(0, "b"), insert, delete));

    assertEquals(List.of(0), numbers(embedded.updates()));
    assertEquals(
        List.of(
            new Outcome.Skipped(
                LEASE,
                List.of(1),
                SkipReason.KEY_TOO_LONG,
                insert.position().text(),
                Optional.of(Reject.of(insert, OptionAtFault.KEY_COLUMN))),
            new Outcome.Skipped(
                LEASE,
                List.of(2),
                SkipReason.NULL_KEY,
                delete.position().text(),
                Optional.empty())),
        embedded.outcomes());
  }

  @Test
  void aKeyThatCannotBeStoredIsSaidSoEvenAfterTheLease() {
    Change late =
        insert(new Lease("a", NOW.minusSeconds(1)), 0, "a", null)
            .withKeyFault(SkipReason.EMPTY_KEY);

    assertEquals(
        List.of(SkipReason.EMPTY_KEY),
        embed(TEXT, List.of(late)).outcomes().stream()
            .map(outcome -> ((Outcome.Skipped) outcome).reason())
            .toList());
  }

  @Test
  void deletesNeedNoModel() {
    VectorBatch embedded = embed(failing(FailureCategory.MODEL_UNAVAILABLE), delete(5));

    assertEquals(List.of(5), numbers(embedded.updates()));
    assertEquals(List.of(), embedded.outcomes());
    assertTrue(RecordedMetrics.OBSERVATIONS.isEmpty());
  }

  @Test
  void aRowWithABadVectorIsSkippedAndTheOthersGoOn() {
    VectorBatch embedded =
        embed(
            COLUMN,
            List.of(
                insert(LEASE, 0, "", List.of(1f)),
                insert(LEASE, 1, "", List.of(1f, 2f)),
                insert(LEASE, 2, "", null),
                insert(LEASE, 3, "", List.of(3f))));

    assertEquals(List.of(1), numbers(embedded.updates()));
    String expected = "The column 'v' must hold 2 finite 32-bit components; it holds ";
    assertEquals(
        List.of(
            new Outcome.Skipped(
                LEASE,
                List.of(0, 3),
                SkipReason.BAD_VECTOR,
                expected + "1 components",
                Optional.of(new Reject(0, "'k0'", OptionAtFault.DIMENSION))),
            new Outcome.Skipped(
                LEASE,
                List.of(2),
                SkipReason.BAD_VECTOR,
                expected + "null",
                Optional.of(new Reject(2, "'k2'", OptionAtFault.VECTOR_COLUMN)))),
        embedded.outcomes());
  }

  @Test
  void whenTheModelFailsItsRowsAreAbandonedAndDeletesGoOn() {
    VectorBatch embedded =
        embed(failing(FailureCategory.MODEL_UNAVAILABLE), insert(0, "a"), delete(1), insert(2, ""));

    assertEquals(List.of(1), numbers(embedded.updates()));
    assertEquals(
        List.of(
            new Outcome.Abandoned(
                LEASE, List.of(0, 2), FailureCategory.MODEL_UNAVAILABLE, "No model")),
        embedded.outcomes());
  }

  @Test
  void aModelThatCannotBeLoadedAbandonsTheBatch() {
    Supplier<EmbeddingModel> unloadable =
        () -> {
          throw new FreshetException(FailureCategory.OPTION, "No such file");
        };

    VectorBatch embedded = embed(unloadable, insert(0, "a"));

    assertEquals(
        List.of(new Outcome.Abandoned(LEASE, List.of(0), FailureCategory.OPTION, "No such file")),
        embedded.outcomes());
    assertTrue(embedded.updates().isEmpty());
  }

  @Test
  void aVectorOfTheWrongLengthIsTheModelsFaultAndFillsNoDeadLetters() {
    VectorBatch embedded = embed(giving(2, new float[3]), insert(0, "a"));

    Outcome.Abandoned abandoned = (Outcome.Abandoned) embedded.outcomes().get(0);
    assertEquals(FailureCategory.OPTION, abandoned.category());
    assertTrue(abandoned.detail().contains("3 components, and --dimension is 2"));
  }

  @Test
  void aVectorThatIsNotFiniteSkipsItsRow() {
    VectorBatch embedded =
        embed(giving(1, new float[] {Float.NaN}, new float[] {1}), insert(0, "a"), insert(1, "b"));

    assertEquals(List.of(1), numbers(embedded.updates()));
    assertEquals(List.of(0), embedded.outcomes().get(0).numbers());
    assertEquals(SkipReason.BAD_VECTOR, ((Outcome.Skipped) embedded.outcomes().get(0)).reason());
  }

  @Test
  void aModelThatMiscountsIsABug() {
    assertThrows(
        IllegalStateException.class,
        () -> embed(giving(1, new float[] {1}), insert(0, "a"), insert(1, "b")));
  }

  @Test
  void changesWhoseLeaseIsOverAreAbandonedAndTheDeadlineIsTheFirstLeasesEnd() {
    Lease over = new Lease("over", NOW);
    Lease soon = new Lease("soon", NOW.plusSeconds(3));
    List<Instant> deadlines = new ArrayList<>();
    EmbeddingModel model =
        new FakeModel(1) {
          @Override
          public List<float[]> embed(List<EmbeddingInput> inputs, Instant deadline) {
            deadlines.add(deadline);
            return inputs.stream().map(input -> new float[] {1}).toList();
          }
        };

    VectorBatch embedded =
        embed(
            () -> model,
            insert(LEASE, 0, "a", null),
            insert(over, 1, "b", null),
            insert(soon, 2, "c", null));

    assertEquals(List.of(0, 2), numbers(embedded.updates()));
    assertEquals(
        List.of(
            new Outcome.Abandoned(
                over, List.of(1), FailureCategory.LEASE_OVER, "Before it was embedded")),
        embedded.outcomes());
    assertEquals(List.of(soon.end()), deadlines);
  }

  @Test
  void anEmptyBatchYieldsNothing() {
    assertEquals(new VectorBatch(List.of()), embed(TEXT, List.of()));
  }

  @Test
  void aClockThatIsSetBackDoesNotBringALeaseBack() {
    StillTime time = new StillTime();
    Lease lease = new Lease("attempt", NOW.plusSeconds(10), 10_000);
    BatchEmbedder embedder =
        new BatchEmbedder(() -> Models.get(TEXT), RowInputs.of(TEXT, SCHEMA), time);
    assertEquals(1, embedder.embed(List.of(insert(lease, 0, "a", null))).updates().size());

    time.passed = Duration.ofSeconds(10);
    time.stepped = Duration.ofHours(-2);

    assertEquals(
        List.of(
            new Outcome.Abandoned(
                lease, List.of(1), FailureCategory.LEASE_OVER, "Before it was embedded")),
        embedder.embed(List.of(insert(lease, 1, "b", null))).outcomes());
  }

  /** A time that stands still until it is told otherwise. */
  private static final class StillTime implements Time {
    private Duration passed = Duration.ZERO;
    private Duration stepped = Duration.ZERO;

    @Override
    public Clock clock() {
      return Clock.fixed(NOW.plus(passed).plus(stepped), ZoneOffset.UTC);
    }

    @Override
    public long nanos() {
      return passed.toNanos();
    }

    @Override
    public void sleep(Duration pause) {
      passed = passed.plus(pause);
    }
  }

  private static VectorBatch embed(EmbeddingSpec spec, List<Change> changes) {
    return new BatchEmbedder(() -> Models.get(spec), RowInputs.of(spec, SCHEMA), new StillTime())
        .embed(changes);
  }

  private static VectorBatch embed(Supplier<EmbeddingModel> model, Change... changes) {
    return new BatchEmbedder(model, RowInputs.of(TEXT, SCHEMA), new StillTime())
        .embed(List.of(changes));
  }

  private static Supplier<EmbeddingModel> giving(int dimension, float[]... vectors) {
    return () ->
        new FakeModel(dimension) {
          @Override
          public List<float[]> embed(List<EmbeddingInput> inputs, Instant deadline) {
            return List.of(vectors);
          }
        };
  }

  private static Supplier<EmbeddingModel> failing(FailureCategory category) {
    return () ->
        new FakeModel(8) {
          @Override
          public List<float[]> embed(List<EmbeddingInput> inputs, Instant deadline) {
            throw new FreshetException(category, "No model");
          }
        };
  }

  private static List<Integer> numbers(List<VectorUpdate> updates) {
    return updates.stream().map(update -> update.change().number()).toList();
  }

  private abstract static class FakeModel implements EmbeddingModel {
    private final int dimension;

    FakeModel(int dimension) {
      this.dimension = dimension;
    }

    @Override
    public int dimension() {
      return dimension;
    }
  }
}
