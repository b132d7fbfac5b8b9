package io.freshet.runners.spark;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.spark.streaming.api.java.JavaBatchInfo;
import org.apache.spark.streaming.api.java.JavaOutputOperationInfo;
import org.apache.spark.streaming.api.java.JavaStreamingListener;
import org.apache.spark.streaming.api.java.JavaStreamingListenerBatchCompleted;
import org.apache.spark.streaming.api.java.JavaStreamingListenerBatchStarted;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the micro-batches. One that fails (its executor was killed, say) is no reason to end: the
 * ledger hands out again what it had. Many are, of which none came to anything.
 *
 * <p>Where they take longer than their interval, each begins later than it should. Slices do not
 * wait for that, since each micro-batch asks for what is new when it begins. But until Spark has
 * caught up, it keeps what past micro-batches have left, some 50 kB of the driver's heap for each.
 */
final class MicroBatches extends JavaStreamingListener {
  private static final Logger LOG = LoggerFactory.getLogger(MicroBatches.class);
  private static final int MANY = 5;

  /**
   * What fails for less passes: a disk that is full for a moment fails ten micro-batches in 5 s.
   */
  private static final Duration LONG = Duration.ofSeconds(30);

  private static final Duration LATE = Duration.ofSeconds(5);
  private static final Duration TOO_LATE = Duration.ofMinutes(10);
  private static final Duration WARNING_INTERVAL = Duration.ofMinutes(1);

  private final long intervalMillis;
  private final LongSupplier nanos;

  /** Since a micro-batch that had a slice succeeded. */
  private int failures;

  /** When the first of these was seen. */
  private long failingSince;

  private String lastFailure = "";
  private long lateMillis;
  private boolean underWay;
  private long nextWarning = System.nanoTime();

  MicroBatches(long intervalMillis) {
    this(intervalMillis, System::nanoTime);
  }

  /** As the other, with a monotonic clock of its own. */
  MicroBatches(long intervalMillis, LongSupplier nanos) {
    this.intervalMillis = intervalMillis;
    this.nanos = nanos;
  }

  @Override
  public synchronized void onBatchStarted(JavaStreamingListenerBatchStarted started) {
    underWay = true;
  }

  @Override
  public synchronized void onBatchCompleted(JavaStreamingListenerBatchCompleted completed) {
    underWay = false;
    JavaBatchInfo batch = completed.batchInfo();
    Optional<String> failure =
        batch.outputOperationInfos().values().stream()
            .map(JavaOutputOperationInfo::failureReason)
            .filter(Objects::nonNull)
            .findFirst();
    if (failure.isPresent()) {
      if (failures++ == 0) {
        failingSince = nanos.getAsLong();
      }
      lastFailure = failure.get().lines().findFirst().orElse("");
      LOG.warn("A micro-batch failed; the ledger hands out again what it had: {}", lastFailure);
    } else if (batch.numRecords() > 0) {
      failures = 0;
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

  /** Whether one has begun and not ended: it may wait for executors. */
  synchronized boolean isUnderWay() {
    return underWay;
  }

  /** Why a new start would help, if it would. */
  synchronized Optional<String> lateness() {
    return lateMillis < TOO_LATE.toMillis()
        ? Optional.empty()
        : Optional.of(
            "Spark is %d s behind its micro-batches; give it more cores or a longer --batchIntervalMillis"
                .formatted(lateMillis / 1000));
  }

  /** Why nothing works any more, if nothing does. */
  synchronized Optional<String> failure() {
    return failures < MANY || nanos.getAsLong() - failingSince < LONG.toNanos()
        ? Optional.empty()
        : Optional.of(
            failures + " micro-batches failed, and none with a slice succeeded: " + lastFailure);
  }
}
