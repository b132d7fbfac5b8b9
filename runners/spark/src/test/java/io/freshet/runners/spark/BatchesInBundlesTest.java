package io.freshet.runners.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.beam.runners.spark.SparkContextOptions;
import org.apache.beam.runners.spark.SparkRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupIntoBatches;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class BatchesInBundlesTest {
  private static final int SIZE = 10;
  private static final int ELEMENTS = 1003;
  private static final int KEYS = 3;
  private static final Queue<KV<Integer, List<Integer>>> BATCHES = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void nothingYet() {
    BATCHES.clear();
  }

  @Test
  void everyElementIsInOneBatchOfItsKeyAndNoBatchIsTooLarge() {
    int bundles = run();

    assertEquals(
        IntStream.range(0, ELEMENTS).boxed().toList(),
        BATCHES.stream().flatMap(batch -> batch.getValue().stream()).sorted().toList());
    for (KV<Integer, List<Integer>> batch : BATCHES) {
      assertTrue(batch.getValue().size() <= SIZE, batch::toString);
      assertTrue(
          batch.getValue().stream().allMatch(element -> element % KEYS == batch.getKey()),
          batch::toString);
    }
    long partly = BATCHES.stream().filter(batch -> batch.getValue().size() < SIZE).count();
    assertTrue(partly <= (long) KEYS * bundles, () -> partly + " batches are not full");
  }

  /** Runs a pipeline on a Spark of two threads; returns how many bundles it read. */
  private static int run() {
    SparkContextOptions options = PipelineOptionsFactory.as(SparkContextOptions.class);
    options.setRunner(SparkRunner.class);
    options.setSparkMaster("local[2]");
    try (JavaSparkContext context = SparkContexts.open(options)) {
      options.setUsesProvidedSparkContext(true);
      options.setProvidedSparkContext(context);
      Pipeline pipeline = Pipeline.create(options);
      pipeline
          .apply(Create.of(IntStream.range(0, ELEMENTS).boxed().toList()))
          .apply(
              WithKeys.<Integer, Integer>of(element -> element % KEYS)
                  .withKeyType(TypeDescriptors.integers()))
          .apply(GroupIntoBatches.ofSize(SIZE))
          .apply(ParDo.of(new KeepFn()));
      pipeline.replaceAll(List.of(BatchesInBundles.override()));
      pipeline.run().waitUntilFinish();
      return context.defaultParallelism();
    }
  }

  private static final class KeepFn extends DoFn<KV<Integer, Iterable<Integer>>, Void> {
    @ProcessElement
    public void process(@Element KV<Integer, Iterable<Integer>> batch) {
      List<Integer> elements = StreamSupport.stream(batch.getValue().spliterator(), false).toList();
      BATCHES.add(KV.of(batch.getKey(), elements));
    }
  }
}
