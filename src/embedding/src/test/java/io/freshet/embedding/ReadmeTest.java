package io.freshet.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.Change;
import io.freshet.changes.ChangeCoder;
import io.freshet.changes.Outcome;
import io.freshet.changes.VectorBatch;
import java.nio.file.Path;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.GroupIntoBatches;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.junit.jupiter.api.Test;

/** The example of README.md is the code between the markers below. */
class ReadmeTest {
  @Test
  void theExampleOfTheReadmeIsThisTest() {
    String example = ModelsPage.between(ModelsPage.read(Path.of("README.md")), "```java\n", "```");
    String source = ModelsPage.read(Path.of("src/test/java/io/freshet/embedding/ReadmeTest.java"));

    String tested = ModelsPage.between(source, "// " + "example\n", "// end of example");
    assertEquals(example, tested.stripIndent());
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

    // example
    EmbeddingSpec spec =
        new EmbeddingSpec("hash", 128, "{user_id} {event_type} {item_id}", /* vectorColumn= */ "");
    EmbedChanges.Result embedded =
        changes // PCollection<KV<Integer, Change>>: the shard and the change
            .apply(GroupIntoBatches.ofSize(1000))
            .apply(EmbedChanges.of(spec, schema));
    PCollection<VectorBatch> vectors = embedded.batches();
    PCollection<Outcome> skippedOrAbandoned = embedded.outcomes();
    // end of example

    assertTrue(!vectors.getName().equals(skippedOrAbandoned.getName()));
    pipeline.run().waitUntilFinish();
  }
}
