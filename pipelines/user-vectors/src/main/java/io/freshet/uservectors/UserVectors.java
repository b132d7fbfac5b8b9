package io.freshet.uservectors;

import io.freshet.changes.Change;
import io.freshet.delta.DeltaChanges;
import io.freshet.embedding.EmbedChanges;
import io.freshet.ledger.Writers;
import io.freshet.milvus.WriteToMilvus;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.GroupIntoBatches;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.joda.time.Duration;

/**
 * The graph: from a table's change data feed to vectors in Milvus and outcomes in the ledger. A
 * chain: what two transforms take is computed once for each, or kept, by Beam's Spark runner.
 */
public final class UserVectors extends PTransform<PBegin, PDone> {
  /** How long a batch that is not full waits for more: it adds to the latency of a small commit. */
  private static final Duration MAX_BUFFERING = Duration.millis(50);

  private final UserVectorsConfig config;
  private final String generation;
  private final Schema schema;
  private final Writers writers;

  private UserVectors(UserVectorsConfig config, String generation, Schema schema, Writers writers) {
    this.config = config;
    this.generation = generation;
    this.schema = schema;
    this.writers = writers;
  }

  /**
   * The graph.
   *
   * @param generation that of the ledger's {@link io.freshet.ledger.Ownership}
   * @param schema the schema of the feed's columns
   */
  public static UserVectors of(UserVectorsConfig config, String generation, Schema schema) {
    return new UserVectors(config, generation, schema, Writers.OTHERS_TOO);
  }

  /** The same where it is known which processes write. */
  public UserVectors withWriters(Writers who) {
    return new UserVectors(config, generation, schema, who);
  }

  /** The pipeline with that graph alone. */
  public void applyTo(Pipeline pipeline) {
    pipeline.apply("UserVectors", this);
  }

  @Override
  public PDone expand(PBegin input) {
    PCollection<Change> changes =
        input.apply(
            "DeltaChanges",
            DeltaChanges.of(config.feed(), generation, schema).withWriters(writers));
    changes
        .apply(
            "FilterChanges", new FilterChanges(config.milvus().maxKeyBytes(), config.reporting()))
        .apply("Shard", WithKeys.of(new ShardOf(config.batchSize(), shards())))
        .setCoder(KvCoder.of(VarIntCoder.of(), changes.getCoder()))
        .apply(
            "Batch",
            GroupIntoBatches.<Integer, Change>ofSize(config.batchSize())
                .withMaxBufferingDuration(MAX_BUFFERING))
        .apply("EmbedChanges", EmbedChanges.of(config.embedding(), schema))
        .apply("WriteToMilvus", WriteToMilvus.to(config.milvus()))
        .apply(
            "RecordOutcomes",
            ParDo.of(new RecordOutcomes(config.feed().ledger(), config.reporting())));
    return PDone.in(input.getPipeline());
  }

  /** One where Milvus takes one writer: executors cannot wait for each other as threads do. */
  private int shards() {
    return config.milvus().isLite() ? 1 : config.shards();
  }
}
