package io.freshet.embedding;

import io.freshet.changes.Change;
import io.freshet.changes.Outcome;
import io.freshet.changes.OutcomeCoder;
import io.freshet.changes.VectorBatch;
import io.freshet.changes.VectorBatchCoder;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PInput;
import org.apache.beam.sdk.values.POutput;
import org.apache.beam.sdk.values.PValue;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Embeds batches of changes, as {@link org.apache.beam.sdk.transforms.GroupIntoBatches} makes them:
 * one call of the model a batch, and the vectors of a batch stay together and in order. A delete
 * gets no vector. A row that cannot be embedded is skipped; when the model fails, the rows that
 * needed it are abandoned, and nothing is thrown.
 */
public final class EmbedChanges
    extends PTransform<PCollection<KV<Integer, Iterable<Change>>>, EmbedChanges.Result> {
  private final EmbeddingSpec spec;
  private final Schema schema;

  private EmbedChanges(EmbeddingSpec spec, Schema schema) {
    this.spec = spec;
    this.schema = schema;
  }

  /**
   * Embeds changes with rows of {@code schema}; throws as {@link RowInputs#of(EmbeddingSpec,
   * Schema)} does if they lack a column.
   */
  public static EmbedChanges of(EmbeddingSpec spec, Schema schema) {
    RowInputs unused = RowInputs.of(spec, schema);
    return new EmbedChanges(spec, schema);
  }

  @Override
  public Result expand(PCollection<KV<Integer, Iterable<Change>>> batches) {
    PCollectionTuple outputs =
        batches.apply(
            "Embed",
            ParDo.of(new EmbedBatchFn(spec, schema))
                .withOutputTags(EmbedBatchFn.BATCHES, TupleTagList.of(EmbedBatchFn.OUTCOMES)));
    return new Result(
        outputs.get(EmbedBatchFn.BATCHES).setCoder(VectorBatchCoder.of(schema)),
        outputs.get(EmbedBatchFn.OUTCOMES).setCoder(OutcomeCoder.of()));
  }

  /** Vectors to be written, and the outcomes of the changes that have none. */
  public static final class Result implements POutput {
    private final PCollection<VectorBatch> batches;
    private final PCollection<Outcome> outcomes;

    private Result(PCollection<VectorBatch> batches, PCollection<Outcome> outcomes) {
      this.batches = batches;
      this.outcomes = outcomes;
    }

    /** At most one for each batch of changes. */
    public PCollection<VectorBatch> batches() {
      return batches;
    }

    /** Of the changes that are in no batch: skipped or abandoned. */
    public PCollection<Outcome> outcomes() {
      return outcomes;
    }

    @Override
    public Pipeline getPipeline() {
      return batches.getPipeline();
    }

    @Override
    public Map<TupleTag<?>, PValue> expand() {
      return Map.of(EmbedBatchFn.BATCHES, batches, EmbedBatchFn.OUTCOMES, outcomes);
    }

    @Override
    public void finishSpecifyingOutput(
        String transformName, PInput input, PTransform<?, ?> transform) {}
  }
}
