package io.freshet.runners.spark;

import java.util.Map;
import org.apache.beam.sdk.coders.IterableCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.runners.AppliedPTransform;
import org.apache.beam.sdk.runners.PTransformOverride;
import org.apache.beam.sdk.runners.PTransformOverrideFactory;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupIntoBatches;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.util.construction.PTransformMatchers;
import org.apache.beam.sdk.util.construction.PTransformReplacements;
import org.apache.beam.sdk.util.construction.ReplacementOutputs;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TupleTag;

/**
 * Puts batches of a bundle in place of {@link GroupIntoBatches}, which the Spark runner refuses
 * ({@code onWindowExpiration is not supported}). One task reads a slice, so that its batches are as
 * full here as they could be anywhere. The keys are then spread over all executors, each with all
 * its batches: as with the original, no two batches of a key are under way at the same time.
 */
final class BatchesInBundles<K, V>
    extends PTransform<PCollection<KV<K, V>>, PCollection<KV<K, Iterable<V>>>> {
  private final long batchSize;

  private BatchesInBundles(long batchSize) {
    this.batchSize = batchSize;
  }

  @Override
  public PCollection<KV<K, Iterable<V>>> expand(PCollection<KV<K, V>> input) {
    KvCoder<K, V> ofElements = (KvCoder<K, V>) input.getCoder();
    IterableCoder<V> ofBatch = IterableCoder.of(ofElements.getValueCoder());
    KvCoder<K, Iterable<Iterable<V>>> ofBatches =
        KvCoder.of(ofElements.getKeyCoder(), IterableCoder.of(ofBatch));
    return input
        .apply("BatchInBundle", ParDo.of(new BatchInBundleFn<K, V>(batchSize)))
        .setCoder(ofBatches)
        .apply("Spread", Reshuffle.viaRandomKey())
        .setCoder(ofBatches)
        .apply("FirstRun", ParDo.of(new FirstRunFn<KV<K, Iterable<Iterable<V>>>>()))
        .setCoder(ofBatches)
        .apply("EachBatch", ParDo.of(new EachBatchFn<K, V>()))
        .setCoder(KvCoder.of(ofElements.getKeyCoder(), ofBatch));
  }

  private static final class EachBatchFn<K, V>
      extends DoFn<KV<K, Iterable<Iterable<V>>>, KV<K, Iterable<V>>> {
    @ProcessElement
    public void process(
        @Element KV<K, Iterable<Iterable<V>>> batches, OutputReceiver<KV<K, Iterable<V>>> output) {
      batches.getValue().forEach(batch -> output.output(KV.of(batches.getKey(), batch)));
    }
  }

  /** For {@link org.apache.beam.sdk.Pipeline#replaceAll}. */
  static PTransformOverride override() {
    return PTransformOverride.of(
        PTransformMatchers.classEqualTo(GroupIntoBatches.class), new Factory<Object, Object>());
  }

  private static final class Factory<K, V>
      implements PTransformOverrideFactory<
          PCollection<KV<K, V>>, PCollection<KV<K, Iterable<V>>>, GroupIntoBatches<K, V>> {
    @Override
    public PTransformReplacement<PCollection<KV<K, V>>, PCollection<KV<K, Iterable<V>>>>
        getReplacementTransform(
            AppliedPTransform<
                    PCollection<KV<K, V>>, PCollection<KV<K, Iterable<V>>>, GroupIntoBatches<K, V>>
                transform) {
      return PTransformReplacement.of(
          PTransformReplacements.getSingletonMainInput(transform),
          new BatchesInBundles<>(transform.getTransform().getBatchingParams().getBatchSize()));
    }

    @Override
    public Map<PCollection<?>, ReplacementOutput> mapOutputs(
        Map<TupleTag<?>, PCollection<?>> outputs, PCollection<KV<K, Iterable<V>>> newOutput) {
      return ReplacementOutputs.singleton(outputs, newOutput);
    }
  }
}
