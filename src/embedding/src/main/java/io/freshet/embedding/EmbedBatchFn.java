package io.freshet.embedding;

import io.freshet.changes.Change;
import io.freshet.changes.Outcome;
import io.freshet.changes.VectorBatch;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TupleTag;

/** Runs a {@link BatchEmbedder}. */
final class EmbedBatchFn extends DoFn<KV<Integer, Iterable<Change>>, VectorBatch> {
  static final TupleTag<VectorBatch> BATCHES = new TupleTag<>() {};
  static final TupleTag<Outcome> OUTCOMES = new TupleTag<>() {};

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
  public void embed(@Element KV<Integer, Iterable<Change>> batch, MultiOutputReceiver out) {
    EmbeddedBatch embedded = embedder.embed(batch.getValue());
    embedded.batch().ifPresent(out.get(BATCHES)::output);
    embedded.outcomes().forEach(out.get(OUTCOMES)::output);
  }
}
