package io.freshet.embedding;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.Change;
import io.freshet.changes.ChangeCoder;
import io.freshet.changes.Outcome;
import io.freshet.changes.VectorBatch;
import io.freshet.testing.ReadmeExample;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.GroupIntoBatches;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.junit.jupiter.api.Test;

class ReadmeTest {
  @Test
  void theExampleOfTheReadmeIsThisTest() {
    ReadmeExample.isTestedBy(ReadmeTest.class);
  }

  @Test
  void theExampleRuns() {
    Schema schema =
        Schema.builder()
            .addStringField("user_id")
            .addStringField("event_type")
            .addStringField("item_id")
            .build();
    Pipeline pipeline = Pipeline.create();
    PCollection<KV<Integer, Change>> changes =
        pipeline.apply(Create.empty(KvCoder.of(VarIntCoder.of(), ChangeCoder.of(schema))));

    EmbeddingSpec spec =
        new EmbeddingSpec("hash", 128, "{user_id} {event_type} {item_id}", /* vectorColumn= */ "");
    EmbedChanges.Result embedded =
        changes // PCollection<KV<Integer, Change>>: the shard and the change
            .apply(GroupIntoBatches.ofSize(1000))
            .apply(EmbedChanges.of(spec, schema));
    PCollection<VectorBatch> vectors = embedded.batches();
    PCollection<Outcome> skippedOrAbandoned = embedded.outcomes();

    assertTrue(!vectors.getName().equals(skippedOrAbandoned.getName()));
    pipeline.run().waitUntilFinish();
  }
}
