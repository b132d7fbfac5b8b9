package io.freshet.runners.spark;

import org.apache.beam.sdk.transforms.DoFn;
import org.apache.spark.TaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops what a task gets that Spark runs again. Its first run may still be going on: an executor
 * that was frozen when the driver gave it up goes on when it is continued. Both would write under
 * one lease, and when the second has reported all outcomes, later slices begin while the first
 * still sends. What is dropped here has no outcome; when the lease is over the ledger hands it out
 * again.
 */
final class FirstRunFn<T> extends DoFn<T, T> {
  private static final Logger LOG = LoggerFactory.getLogger(FirstRunFn.class);

  @ProcessElement
  public void process(@Element T element, OutputReceiver<T> output) {
    TaskContext task = TaskContext.get();
    if (isFirstRun(task.stageAttemptNumber(), task.attemptNumber())) {
      output.output(element);
    } else {
      LOG.warn(
          "A batch is not written by the second run of its task (stage {}, partition {}); the"
              + " ledger hands it out again when its lease is over",
          task.stageId(),
          task.partitionId());
    }
  }

  static boolean isFirstRun(int stageAttempt, int taskAttempt) {
    return stageAttempt == 0 && taskAttempt == 0;
  }
}
