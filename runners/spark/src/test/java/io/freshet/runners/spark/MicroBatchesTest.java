package io.freshet.runners.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.streaming.Time;
import org.apache.spark.streaming.api.java.JavaBatchInfo;
import org.apache.spark.streaming.api.java.JavaOutputOperationInfo;
import org.apache.spark.streaming.api.java.JavaStreamingListenerBatchCompleted;
import org.apache.spark.streaming.api.java.JavaStreamingListenerBatchStarted;
import org.junit.jupiter.api.Test;

final class MicroBatchesTest {
  private static final Time TIME = new Time(0);

  private long nanos;
  private final MicroBatches batches = new MicroBatches(500, () -> nanos);

  @Test
  void fourFailuresAreNoReasonToEnd() {
    fail(4);
    pass(60);

    assertEquals(Optional.empty(), batches.failure());
  }

  @Test
  void fiveFailuresEndItWithTheFirstLineOfTheLast() {
    fail(5);
    pass(30);

    assertEquals(
        Optional.of("5 micro-batches failed, and none with a slice succeeded: executor 5 lost"),
        batches.failure());
  }

  @Test
  void whatFailsForLessThanThirtySecondsPasses() {
    fail(1);
    pass(29);
    fail(20);
    assertEquals(Optional.empty(), batches.failure());
    succeed(1);
    pass(29);
    fail(20);
    pass(2);

    assertEquals(Optional.empty(), batches.failure());
  }

  @Test
  void sliceThatSucceedsStartsTheCountAnew() {
    fail(4);
    succeed(1);
    fail(4);

    assertEquals(Optional.empty(), batches.failure());
  }

  @Test
  void emptyMicroBatchThatSucceedsDoesNot() {
    fail(4);
    succeed(0);
    fail(1);
    pass(30);

    assertEquals(5, Integer.parseInt(batches.failure().orElseThrow().substring(0, 1)));
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

  @Test
  void microBatchIsUnderWayFromItsStartToItsEnd() {
    assertFalse(batches.isUnderWay());
    batches.onBatchStarted(
        new JavaStreamingListenerBatchStarted(
            new JavaBatchInfo(TIME, Map.of(), 0, 0, -1, 0, -1, -1, 0, Map.of())));
    assertTrue(batches.isUnderWay());
    fail(1);
    assertFalse(batches.isUnderWay());
  }

  private void pass(int seconds) {
    nanos += Duration.ofSeconds(seconds).toNanos();
  }

  private void fail(int times) {
    for (int number = 1; number <= times; number++) {
      complete(1, "executor " + number + " lost\n\tat org.example.Trace");
    }
  }

  private void succeed(long records) {
    complete(records, null);
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
