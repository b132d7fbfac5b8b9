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
 * Watches the micro-batches. One that fails (its executor was killed, say) is no reason to end: the
 * ledger hands out again what it had. Many are, of which none came to anything.
 */
final class MicroBatches extends JavaStreamingListener {
  private static final Logger LOG = LoggerFactory.getLogger(MicroBatches.class);
  private static final int MANY = 5;
  private static final Duration LONG_QUEUE = Duration.ofSeconds(5);
  private static final Duration WARNING_INTERVAL = Duration.ofMinutes(1);

  private final long intervalMillis;

  /** Since a micro-batch that had a slice succeeded. */
  private int failures;

  private String lastFailure = "";
  private long nextWarning = System.nanoTime();

  MicroBatches(long intervalMillis) {
    this.intervalMillis = intervalMillis;
  }

  @Override
  public synchronized void onBatchCompleted(JavaStreamingListenerBatchCompleted completed) {
    JavaBatchInfo batch = completed.batchInfo();
    Optional<String> failure =
        batch.outputOperationInfos().values().stream()
            .map(JavaOutputOperationInfo::failureReason)
            .filter(Objects::nonNull)
            .findFirst();
    if (failure.isPresent()) {
      failures++;
      lastFailure = failure.get().lines().findFirst().orElse("");
      LOG.warn("A micro-batch failed; the ledger hands out again what it had: {}", lastFailure);
    } else if (batch.numRecords() > 0) {
      failures = 0;
    }
    warnOfQueue(batch);
  }

  private void warnOfQueue(JavaBatchInfo batch) {
    if (batch.schedulingDelay() > LONG_QUEUE.toMillis() && System.nanoTime() - nextWarning >= 0) {
      LOG.warn(
          "Micro-batches wait {} s for their turn, since they take {} ms and begin every {} ms;"
              + " if that goes on, give Spark more cores or a longer --batchIntervalMillis",
          batch.schedulingDelay() / 1000,
          batch.processingDelay(),
          intervalMillis);
      nextWarning = System.nanoTime() + WARNING_INTERVAL.toNanos();
    }
  }

  /** Why nothing works any more, if nothing does. */
  synchronized Optional<String> failure() {
    return failures < MANY
        ? Optional.empty()
        : Optional.of(
            failures + " micro-batches failed, and none with a slice succeeded: " + lastFailure);
  }
}
