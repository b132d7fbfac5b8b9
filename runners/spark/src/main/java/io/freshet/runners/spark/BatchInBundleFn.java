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
 * Batches the elements of each key within a bundle. When the bundle ends, all batches of a key are
 * emitted together: nothing is kept from one bundle to the next, in no state and by no timer. All
 * elements are expected in one window, as those of an unwindowed feed are; what is emitted has the
 * timestamp of its last element.
 */
final class BatchInBundleFn<K, V> extends DoFn<KV<K, V>, KV<K, Iterable<Iterable<V>>>> {
  private final long batchSize;
  private transient Map<K, Batches<V>> open;

  BatchInBundleFn(long batchSize) {
    this.batchSize = batchSize;
  }

  private static final class Batches<V> {
    private final List<Iterable<V>> all = new ArrayList<>();
    private List<V> last = List.of();
    private Instant timestamp = BoundedWindow.TIMESTAMP_MIN_VALUE;
    private final BoundedWindow window;

    Batches(BoundedWindow window) {
      this.window = window;
    }

    void add(V element, long batchSize) {
      if (all.isEmpty() || last.size() >= batchSize) {
        last = new ArrayList<>();
        all.add(last);
      }
      last.add(element);
    }
  }

  @StartBundle
  public void start() {
    open = new LinkedHashMap<>();
  }

  @ProcessElement
  public void process(
      @Element KV<K, V> element, @Timestamp Instant timestamp, BoundedWindow window) {
    Batches<V> batches = open.computeIfAbsent(element.getKey(), key -> new Batches<>(window));
    batches.add(element.getValue(), batchSize);
    batches.timestamp = timestamp;
  }

  @FinishBundle
  public void finish(FinishBundleContext context) {
    open.forEach(
        (key, batches) ->
            context.output(KV.of(key, batches.all), batches.timestamp, batches.window));
    open = new LinkedHashMap<>();
  }
}
