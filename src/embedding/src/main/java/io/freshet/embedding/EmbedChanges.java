package io.freshet.embedding;

import io.freshet.changes.Change;
import io.freshet.changes.VectorBatch;
import io.freshet.changes.VectorBatchCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;

/**
 * Embeds batches of changes, as {@link org.apache.beam.sdk.transforms.GroupIntoBatches} makes them:
 * one call of the model a batch, and the vectors of a batch stay together and in order. A delete
 * gets no vector. A row that cannot be embedded is skipped; when the model fails, the rows that
 * needed it are abandoned, and nothing is thrown: their outcomes go with the batch.
 */
public final class EmbedChanges
    extends PTransform<PCollection<KV<Integer, Iterable<Change>>>, PCollection<VectorBatch>> {
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
  public PCollection<VectorBatch> expand(PCollection<KV<Integer, Iterable<Change>>> batches) {
    return batches
        .apply("Embed", ParDo.of(new EmbedBatchFn(spec, schema)))
        .setCoder(VectorBatchCoder.of(schema));
  }
}
