package io.freshet.runners.spark;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.streaming.api.java.JavaBatchInfo;
import org.apache.spark.streaming.api.java.JavaOutputOperationInfo;
import org.apache.spark.streaming.api.java.JavaStreamingListener;
import org.apache.spark.streaming.api.java.JavaStreamingListenerBatchCompleted;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the micro-batches. Where they take longer than their interval, each begins later than it
 * should. Slices do not wait for that, since each micro-batch asks for what is new when it begins.
 * But until Spark has caught up, it keeps what past micro-batches have left, some 50 kB of the
 * driver's heap for each.
 */
final class MicroBatches extends JavaStreamingListener {
  private static final Logger LOG = LoggerFactory.getLogger(MicroBatches.class);
  private static final Duration LATE = Duration.ofSeconds(5);
  private static final Duration TOO_LATE = Duration.ofMinutes(10);
  private static final Duration WARNING_INTERVAL = Duration.ofMinutes(1);

  private final long intervalMillis;
  private final Failures failures;
  private long completed;
  private long lateMillis;
  private long nextWarning = System.nanoTime();

  /**
   * Watches micro-batches.
   *
   * @param failures is told of those that succeed
   */
  MicroBatches(long intervalMillis, Failures failures) {
    this.intervalMillis = intervalMillis;
    this.failures = failures;
  }

  @Override
  public synchronized void onBatchCompleted(JavaStreamingListenerBatchCompleted batchCompleted) {
    completed++;
    JavaBatchInfo batch = batchCompleted.batchInfo();
    boolean failed =
        batch.outputOperationInfos().values().stream()
            .map(JavaOutputOperationInfo::failureReason)
            .anyMatch(Objects::nonNull);
    if (!failed && batch.numRecords() > 0) {
      failures.succeeded();
    }
    lateMillis = batch.processingStartTime() - batch.batchTime().milliseconds();
    warnIfLate(batch);
  }

  private void warnIfLate(JavaBatchInfo batch) {
    if (lateMillis > LATE.toMillis() && System.nanoTime() - nextWarning >= 0) {
      LOG.warn(
          "Micro-batches begin {} s late, since they take {} ms and shall begin every {} ms;"
              + " if that goes on, give Spark more cores or a longer --batchIntervalMillis",
          lateMillis / 1000,
          batch.processingDelay(),
          intervalMillis);
      nextWarning = System.nanoTime() + WARNING_INTERVAL.toNanos();
    }
  }

  /** How many have ended. */
  synchronized long completed() {
    return completed;
  }

  /** Why a new start would help, if it would. */
  synchronized Optional<String> lateness() {
    return lateMillis < TOO_LATE.toMillis()
        ? Optional.empty()
        : Optional.of(
            "Spark is %d s behind its micro-batches; give it more cores or a longer --batchIntervalMillis"
                .formatted(lateMillis / 1000));
  }
}
