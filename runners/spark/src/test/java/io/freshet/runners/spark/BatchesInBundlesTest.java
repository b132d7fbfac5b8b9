package io.freshet.runners.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.beam.runners.spark.SparkContextOptions;
import org.apache.beam.runners.spark.SparkRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.FlatMapElements;
import org.apache.beam.sdk.transforms.GroupIntoBatches;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class BatchesInBundlesTest {
  private static final int SIZE = 10;
  private static final int ELEMENTS = 1003;
  private static final int KEYS = 3;
  private static final Queue<KV<Integer, List<Integer>>> BATCHES = new ConcurrentLinkedQueue<>();

  /** The tasks that batches of a key have come to. */
  private static final Map<Integer, Set<Integer>> TASKS = new ConcurrentHashMap<>();

  @BeforeEach
  void nothingYet() {
    BATCHES.clear();
    TASKS.clear();
  }

  @Test
  void everyElementIsInOneBatchOfItsKeyAndNoBatchIsTooLarge() {
    Pipeline pipeline = Pipeline.create(options());
    int bundles =
        run(pipeline, pipeline.apply(Create.of(IntStream.range(0, ELEMENTS).boxed().toList())));

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

  @Test
  void batchesOfOneKeyAreNotWrittenAtTheSameTime() {
    Pipeline pipeline = Pipeline.create(options());
    PCollection<Integer> ofOneBundle =
        pipeline
            .apply(Create.of(ELEMENTS))
            .apply(
                FlatMapElements.into(TypeDescriptors.integers())
                    .via(count -> IntStream.range(0, count).boxed().toList()));

    run(pipeline, ofOneBundle);

    assertEquals(ELEMENTS, BATCHES.stream().mapToInt(batch -> batch.getValue().size()).sum());
    assertEquals(IntStream.range(0, KEYS).boxed().collect(Collectors.toSet()), TASKS.keySet());
    TASKS.forEach((key, tasks) -> assertEquals(1, tasks.size(), "tasks of key " + key));
  }

  private static SparkContextOptions options() {
    SparkContextOptions options = PipelineOptionsFactory.as(SparkContextOptions.class);
    options.setRunner(SparkRunner.class);
    options.setSparkMaster("local[2]");
    return options;
  }

  /** Runs a pipeline on a Spark of two threads; returns how many bundles it reads at most. */
  private static int run(Pipeline pipeline, PCollection<Integer> elements) {
    SparkContextOptions options = pipeline.getOptions().as(SparkContextOptions.class);
    try (JavaSparkContext context = SparkContexts.open(options)) {
      options.setUsesProvidedSparkContext(true);
      options.setProvidedSparkContext(context);
      elements
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
      TASKS
          .computeIfAbsent(batch.getKey(), key -> ConcurrentHashMap.newKeySet())
          .add(TaskContext.getPartitionId());
    }
  }
}
