package io.freshet.runners.spark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.joda.time.Instant;

/**
 * Batches the elements of each key within a bundle. A full batch is emitted at once, the rest when
 * the bundle ends: nothing is kept from one bundle to the next, in no state and by no timer. All
 * elements are expected in one window, as those of an unwindowed feed are; a batch has the
 * timestamp of its last element.
 */
final class BatchInBundleFn<K, V> extends DoFn<KV<K, V>, KV<K, Iterable<V>>> {
  private final long batchSize;
  private transient Map<K, Batch<V>> open;

  BatchInBundleFn(long batchSize) {
    this.batchSize = batchSize;
  }

  private static final class Batch<V> {
    private final List<V> elements = new ArrayList<>();
    private Instant timestamp = BoundedWindow.TIMESTAMP_MIN_VALUE;
    private final BoundedWindow window;

    Batch(BoundedWindow window) {
      this.window = window;
    }
  }

  @StartBundle
  public void start() {
    open = new LinkedHashMap<>();
  }

  @ProcessElement
  public void process(
      @Element KV<K, V> element,
      @Timestamp Instant timestamp,
      BoundedWindow window,
      OutputReceiver<KV<K, Iterable<V>>> output) {
    Batch<V> batch = open.computeIfAbsent(element.getKey(), key -> new Batch<>(window));
    batch.elements.add(element.getValue());
    batch.timestamp = timestamp;
    if (batch.elements.size() >= batchSize) {
      open.remove(element.getKey());
      output.outputWithTimestamp(KV.of(element.getKey(), batch.elements), timestamp);
    }
  }

  @FinishBundle
  public void finish(FinishBundleContext context) {
    open.forEach(
        (key, batch) -> context.output(KV.of(key, batch.elements), batch.timestamp, batch.window));
    open = new LinkedHashMap<>();
  }
}
