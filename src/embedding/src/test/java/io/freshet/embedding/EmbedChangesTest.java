package io.freshet.embedding;

import static io.freshet.embedding.TestChanges.SCHEMA;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.Change;
import io.freshet.changes.ChangeCoder;
import io.freshet.changes.FreshetException;
import io.freshet.changes.Lease;
import io.freshet.changes.Outcome;
import io.freshet.changes.VectorBatch;
import io.freshet.changes.VectorBatchCoder;
import io.freshet.changes.VectorUpdate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupIntoBatches;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmbedChangesTest {
  private static final Lease LEASE = new Lease("a", Instant.parse("9999-12-31T23:59:59Z"));
  private static final Queue<VectorBatch> BATCHES = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void forget() {
    BATCHES.clear();
  }

  @Test
  void everyChangeOfEveryBatchIsEmbeddedOrHasAnOutcome() {
    EmbeddingSpec spec = new EmbeddingSpec("column", 2, "", "v");
    List<KV<Integer, Change>> changes = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      List<Float> vector = i % 10 == 0 ? List.of(1f) : List.of((float) i, 1f);
      changes.add(KV.of(i % 3, TestChanges.insert(LEASE, i, "", vector)));
    }

    run(EmbedChanges.of(spec, SCHEMA), changes);

    TreeSet<Integer> seen = new TreeSet<>();
    for (VectorBatch batch : BATCHES) {
      assertTrue(batch.updates().size() <= 8);
      for (VectorUpdate update : batch.updates()) {
        int number = update.change().number();
        assertTrue(seen.add(number));
        assertArrayEquals(new float[] {number, 1}, update.vector());
      }
    }
    assertEquals(90, seen.size());
    List<Outcome> outcomes = BATCHES.stream().flatMap(b -> b.outcomes().stream()).toList();
    for (Outcome outcome : outcomes) {
      assertEquals(LEASE, outcome.lease());
      outcome.numbers().forEach(number -> assertTrue(number % 10 == 0 && seen.add(number)));
    }
    assertEquals(100, seen.size());
  }

  @Test
  void theOutputHasItsCoder() {
    Pipeline pipeline = Pipeline.create();

    PCollection<VectorBatch> batches =
        pipeline
            .apply(Create.empty(coder()))
            .apply(GroupIntoBatches.ofSize(8))
            .apply(EmbedChanges.of(new EmbeddingSpec("hash", 2, "{text}", ""), SCHEMA));

    assertEquals(VectorBatchCoder.of(SCHEMA), batches.getCoder());
  }

  @Test
  void aColumnThatTheRowsLackIsRefusedBeforeThePipelineRuns() {
    EmbeddingSpec spec = new EmbeddingSpec("hash", 2, "{user}", "");

    FreshetException e = assertThrows(FreshetException.class, () -> EmbedChanges.of(spec, SCHEMA));

    assertTrue(e.getMessage().endsWith("it has text, v"), e.getMessage());
  }

  private static void run(EmbedChanges embed, List<KV<Integer, Change>> changes) {
    Pipeline pipeline = Pipeline.create();
    pipeline
        .apply(Create.of(changes).withCoder(coder()))
        .apply(GroupIntoBatches.ofSize(8))
        .apply(embed)
        .apply(ParDo.of(new CollectBatches()));
    pipeline.run().waitUntilFinish();
  }

  private static KvCoder<Integer, Change> coder() {
    return KvCoder.of(VarIntCoder.of(), ChangeCoder.of(SCHEMA));
  }

  private static final class CollectBatches extends DoFn<VectorBatch, Void> {
    @ProcessElement
    public void collect(@Element VectorBatch batch) {
      BATCHES.add(batch);
    }
  }
}
