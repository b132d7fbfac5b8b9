package io.freshet.embedding;

import io.freshet.changes.Change;
import io.freshet.changes.ChangeType;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.OptionAtFault;
import io.freshet.changes.SkipReason;
import io.freshet.changes.Time;
import io.freshet.changes.VectorBatch;
import io.freshet.changes.VectorUpdate;
import io.freshet.changes.metrics.PipelineMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.beam.sdk.schemas.Schema;

/**
 * Embeds the changes of one batch with one call of the model. Deletes need no vector. A row that
 * gives no input is skipped, as is one whose key cannot be stored; when the model fails, the rows
 * that needed it are abandoned and the rest goes on; what is no longer under lease is abandoned.
 */
public final class BatchEmbedder {
  private static final float[] NO_VECTOR = new float[0];

  private final Supplier<EmbeddingModel> model;
  private final RowInputs inputs;
  private final Time time;

  /** The model is asked for at each batch, so that one that cannot be loaded is a failed batch. */
  BatchEmbedder(Supplier<EmbeddingModel> model, RowInputs inputs, Time time) {
    this.model = model;
    this.inputs = inputs;
    this.time = time;
  }

  /**
   * Embeds changes with rows of {@code schema}; throws as {@link RowInputs#of(EmbeddingSpec,
   * Schema)} does.
   */
  public static BatchEmbedder of(EmbeddingSpec spec, Schema schema) {
    return new BatchEmbedder(() -> Models.get(spec), RowInputs.of(spec, schema), Time.SYSTEM);
  }

  /** Embeds a batch; every change is either in its updates or has one of its outcomes. */
  public VectorBatch embed(Iterable<Change> changes) {
    List<Item> items = new ArrayList<>();
    Rejects rejects = new Rejects();
    for (Change change : changes) {
      if (change.keyFault().isPresent()) {
        rejects.skipKey(change, change.keyFault().get());
      } else if (change.lease().isOver(time)) {
        rejects.abandon(change, FailureCategory.LEASE_OVER, "Before it was embedded");
      } else if (change.type() == ChangeType.DELETE) {
        items.add(new Item(change, Optional.empty()));
      } else {
        RowInput input = inputs.of(change.row());
        if (input instanceof EmbeddingInput usable) {
          items.add(new Item(change, Optional.of(usable)));
        } else if (input instanceof RowInput.Unusable unusable) {
          rejects.skip(change, unusable.reason(), unusable.detail(), unusable.option());
        }
      }
    }
    List<VectorUpdate> updates = updates(items, rejects);
    return new VectorBatch(updates, rejects.outcomes());
  }

  private List<VectorUpdate> updates(List<Item> items, Rejects rejects) {
    List<Item> embedded = items.stream().filter(item -> item.input().isPresent()).toList();
    List<float[]> vectors = List.of();
    Optional<FreshetException> failure = Optional.empty();
    if (!embedded.isEmpty()) {
      try {
        vectors = vectors(embedded);
      } catch (FreshetException e) {
        failure = Optional.of(e);
      }
    }
    List<VectorUpdate> updates = new ArrayList<>(items.size());
    int next = 0;
    for (Item item : items) {
      if (item.input().isEmpty()) {
        updates.add(new VectorUpdate(item.change(), 0, NO_VECTOR));
      } else if (failure.isPresent()) {
        rejects.abandon(item.change(), failure.get().category(), failure.get().getMessage());
      } else {
        float[] vector = vectors.get(next++);
        if (isFinite(vector)) {
          updates.add(
              new VectorUpdate(
                  item.change(), item.input().get().rowHash(), vector, goneHashes(item.change())));
        } else {
          rejects.skip(
              item.change(),
              SkipReason.BAD_VECTOR,
              "The model gave a vector with a NaN or an infinity",
              OptionAtFault.MODEL);
        }
      }
    }
    return updates;
  }

  private long[] goneHashes(Change change) {
    return change.gone().stream()
        .map(inputs::of)
        .filter(EmbeddingInput.class::isInstance)
        .mapToLong(input -> ((EmbeddingInput) input).rowHash())
        .distinct()
        .toArray();
  }

  private List<float[]> vectors(List<Item> embedded) {
    List<EmbeddingInput> batch = embedded.stream().map(item -> item.input().orElseThrow()).toList();
    Duration left =
        embedded.stream()
            .map(item -> item.change().lease().remaining(time))
            .min(Duration::compareTo)
            .orElseThrow();
    Instant deadline = time.now().plus(left);
    long start = System.nanoTime();
    EmbeddingModel loaded = model.get();
    List<float[]> vectors = loaded.embed(batch, deadline);
    Duration duration = Duration.ofNanos(System.nanoTime() - start);
    PipelineMetrics.EMBEDDING_DURATION.observe(duration.dividedBy(batch.size()), batch.size());
    requireShape(vectors, batch.size(), loaded.dimension());
    return vectors;
  }

  /** A vector of the wrong length is the model's fault, never the row's. */
  private static void requireShape(List<float[]> vectors, int rows, int dimension) {
    if (vectors.size() != rows) {
      throw new IllegalStateException(
          "The model gave " + vectors.size() + " vectors for " + rows + " rows");
    }
    for (float[] vector : vectors) {
      if (vector.length != dimension) {
        throw new FreshetException(
            FailureCategory.OPTION,
            "The model gives vectors of "
                + vector.length
                + " components, and --dimension is "
                + dimension
                + "; set it to what the model gives");
      }
    }
  }

  private static boolean isFinite(float[] vector) {
    for (float component : vector) {
      if (!Float.isFinite(component)) {
        return false;
      }
    }
    return true;
  }

  /** A change and the model's input of it; a delete has none. */
  private record Item(Change change, Optional<EmbeddingInput> input) {}
}
