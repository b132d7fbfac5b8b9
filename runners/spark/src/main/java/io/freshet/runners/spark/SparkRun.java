package io.freshet.runners.spark;

import io.freshet.uservectors.cli.RunnerBehindException;
import java.util.Optional;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricResults;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.streaming.StreamingContext;
import org.joda.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;

/**
 * A pipeline on Spark. Beam's own result goes on saying that it runs when Spark has ended it, and
 * ends with the first micro-batch that fails.
 */
final class SparkRun implements PipelineResult {
  private static final Logger LOG = LoggerFactory.getLogger(SparkRun.class);

  private final PipelineResult running;
  private final JavaSparkContext context;
  private final MicroBatches batches;
  private final CheckpointFolder checkpoint;

  SparkRun(
      PipelineResult running,
      JavaSparkContext context,
      MicroBatches batches,
      CheckpointFolder checkpoint) {
    this.running = running;
    this.context = context;
    this.batches = batches;
    this.checkpoint = checkpoint;
  }

  @Override
  public State getState() {
    return failure().isPresent() || batches.lateness().isPresent()
        ? State.FAILED
        : running.getState();
  }

  /** Whether a micro-batch is under way. */
  boolean isWorking() {
    return batches.isUnderWay();
  }

  private Optional<String> failure() {
    return context.sc().isStopped()
        ? Optional.of("Spark has ended its context; see Spark's log for the reason")
        : batches.failure();
  }

  /**
   * Ends Spark at once, then removes the checkpoint folder. Beam's own way waits until all
   * micro-batches in the queue are through; the driver has waited for the slice in flight already.
   */
  @Override
  public State cancel() {
    endStreaming();
    context.stop();
    checkpoint.remove();
    return State.CANCELLED;
  }

  /** Ends the graph; executors, their connections and what they have loaded stay. */
  void endGraph() {
    endStreaming();
    checkpoint.remove();
  }

  @SuppressWarnings("deprecation") // Spark Streaming is; Beam's runner stands on it.
  private void endStreaming() {
    // Spark interrupts its threads, some of which end with a stack trace on stderr.
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, e) -> LOG.debug("{} ended while Spark was being ended", thread.getName(), e));
    Option<StreamingContext> streaming = StreamingContext.getActive();
    if (streaming.isDefined()) {
      streaming.get().stop(false, false);
    }
  }

  /**
   * Throws {@link IllegalStateException} if it has failed, and {@link RunnerBehindException} if
   * Spark has fallen too far behind.
   */
  @Override
  public State waitUntilFinish(Duration duration) {
    Optional<String> failure = failure();
    if (failure.isPresent()) {
      throw new IllegalStateException(failure.get());
    }
    Optional<String> lateness = batches.lateness();
    if (lateness.isPresent()) {
      throw new RunnerBehindException(lateness.get());
    }
    return running.waitUntilFinish(duration);
  }

  @Override
  public State waitUntilFinish() {
    return waitUntilFinish(Duration.millis(Long.MAX_VALUE));
  }

  @Override
  public MetricResults metrics() {
    return running.metrics();
  }
}
