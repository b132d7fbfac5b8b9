package io.freshet.runners.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.streaming.Time;
import org.apache.spark.streaming.api.java.JavaBatchInfo;
import org.apache.spark.streaming.api.java.JavaOutputOperationInfo;
import org.apache.spark.streaming.api.java.JavaStreamingListenerBatchCompleted;
import org.junit.jupiter.api.Test;

final class MicroBatchesTest {
  private static final Time TIME = new Time(0);

  private long nanos;
  private final Failures failures = new Failures(Duration.ofSeconds(30), () -> nanos);
  private final MicroBatches batches = new MicroBatches(500, failures);

  @Test
  void microBatchWithASliceThatSucceedsEndsAnyTrouble() {
    fail();
    complete(1, null);
    fail();

    assertEquals(Optional.empty(), failures.reasonToEnd());
  }

  @Test
  void emptyOneThatSucceedsDoesNotAndOneThatFailsNeither() {
    fail();
    complete(0, null);
    complete(1, "executor lost");
    fail();

    assertTrue(failures.reasonToEnd().isPresent());
  }

  @Test
  void eachThatEndsIsCounted() {
    assertEquals(0, batches.completed());
    complete(0, null);
    complete(1, "executor lost");
    assertEquals(2, batches.completed());
  }

  @Test
  void tenMinutesBehindIsTooLate() {
    begin(599_999);
    assertEquals(Optional.empty(), batches.lateness());
    begin(600_000);
    assertEquals(
        Optional.of(
            "Spark is 600 s behind its micro-batches; give it more cores or a longer --batchIntervalMillis"),
        batches.lateness());
  }

  private void fail() {
    for (int number = 1; number <= 4; number++) {
      failures.failed(new IllegalStateException("executor lost"));
      nanos += Duration.ofSeconds(10).toNanos();
    }
  }

  /** So many milliseconds after its time, which is 0; it waited for nothing once it was there. */
  private void begin(long at) {
    batches.onBatchCompleted(
        new JavaStreamingListenerBatchCompleted(
            new JavaBatchInfo(TIME, Map.of(), at, at, at + 10, 0, 10, 10, 0, Map.of())));
  }

  /** Spark says {@code null} of an output that did not fail. */
  private void complete(long records, String failure) {
    JavaOutputOperationInfo output =
        new JavaOutputOperationInfo(TIME, 0, "output", "", 0, 10, failure);
    batches.onBatchCompleted(
        new JavaStreamingListenerBatchCompleted(
            new JavaBatchInfo(TIME, Map.of(), 0, 0, 10, 0, 10, 10, records, Map.of(0, output))));
  }
}
