package io.freshet.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.freshet.changes.Change;
import io.freshet.changes.ChangeCoder;
import io.freshet.changes.VectorBatch;
import io.freshet.changes.VectorBatchCoder;
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
    PCollection<VectorBatch> vectors =
        changes // PCollection<KV<Integer, Change>>: the shard and the change
            .apply(GroupIntoBatches.ofSize(1000))
            .apply(EmbedChanges.of(spec, schema));

    assertEquals(VectorBatchCoder.of(schema), vectors.getCoder());
    pipeline.run().waitUntilFinish();
  }
}
