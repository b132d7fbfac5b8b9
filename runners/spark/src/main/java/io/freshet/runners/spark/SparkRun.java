package io.freshet.runners.spark;

import java.io.IOException;
import java.util.Optional;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricResults;
import org.apache.spark.api.java.JavaSparkContext;
import org.joda.time.Duration;

/**
 * A pipeline on Spark. Beam's own result goes on saying that it runs when Spark has ended it, and
 * ends with the first micro-batch that fails.
 */
final class SparkRun implements PipelineResult {
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
    return failure().isPresent() ? State.FAILED : running.getState();
  }

  private Optional<String> failure() {
    return context.sc().isStopped()
        ? Optional.of("Spark has ended its context; see Spark's log for the reason")
        : batches.failure();
  }

  /** Ends Spark, then removes the checkpoint folder. */
  @Override
  public State cancel() throws IOException {
    State state = running.cancel();
    checkpoint.remove();
    return state;
  }

  /** Throws {@link IllegalStateException} if it has failed. */
  @Override
  public State waitUntilFinish(Duration duration) {
    Optional<String> failure = failure();
    if (failure.isPresent()) {
      throw new IllegalStateException(failure.get());
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
