package io.freshet.embedding;

import io.freshet.changes.Change;
import io.freshet.changes.VectorBatch;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;

/** Runs a {@link BatchEmbedder}. */
final class EmbedBatchFn extends DoFn<KV<Integer, Iterable<Change>>, VectorBatch> {
  private final EmbeddingSpec spec;
  private final Schema schema;
  private transient BatchEmbedder embedder;

  EmbedBatchFn(EmbeddingSpec spec, Schema schema) {
    this.spec = spec;
    this.schema = schema;
  }

  @Setup
  public void setUp() {
    embedder = BatchEmbedder.of(spec, schema);
  }

  @ProcessElement
  public void embed(
      @Element KV<Integer, Iterable<Change>> batch, OutputReceiver<VectorBatch> output) {
    output.output(embedder.embed(batch.getValue()));
  }
}
