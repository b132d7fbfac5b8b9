package io.freshet.runners.spark;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.uservectors.cli.RunnerBehindException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricResults;
import org.apache.spark.api.java.JavaSparkContext;
import org.joda.time.Duration;

/**
 * A pipeline on Spark. Beam's own result goes on saying that it runs when Spark has ended it, and
 * when Spark does nothing any more; and it ends with the first micro-batch that fails.
 */
final class SparkRun implements PipelineResult {
  static final String CONTEXT_ENDED = "Spark has ended its context; see Spark's log for the reason";

  private final PipelineResult running;
  private final JavaSparkContext context;
  private final MicroBatches batches;
  private final Failures failures;
  private final RunWatch watch;
  private final CheckpointFolder checkpoint;
  private final CountDownLatch ended = new CountDownLatch(1);

  /** What was found first that ends it: what is found may pass, and is no less a reason. */
  private Optional<RuntimeException> end = Optional.empty();

  SparkRun(
      PipelineResult running,
      JavaSparkContext context,
      MicroBatches batches,
      Failures failures,
      RunWatch watch,
      CheckpointFolder checkpoint) {
    this.running = running;
    this.context = context;
    this.batches = batches;
    this.failures = failures;
    this.watch = watch;
    this.checkpoint = checkpoint;
  }

  @Override
  public State getState() {
    return isOver() ? State.FAILED : running.getState();
  }

  private boolean isOver() {
    if (end.isEmpty()) {
      watch.look(System.nanoTime());
      end =
          failure()
              .<RuntimeException>map(why -> new FreshetException(FailureCategory.RUNNER, why))
              .or(() -> reasonToStartAnew().map(RunnerBehindException::new));
    }
    return end.isPresent();
  }

  /** What keeps Spark from working, if anything does, for people. */
  Optional<String> trouble() {
    return watch.trouble();
  }

  /** Whether it was given up because Spark did nothing. */
  boolean hasFallenSilent() {
    return watch.isTooLong();
  }

  private Optional<String> failure() {
    return context.sc().isStopped()
        ? Optional.of(CONTEXT_ENDED)
        : failures.reasonToEnd().or(watch::reasonToEnd);
  }

  private Optional<String> reasonToStartAnew() {
    return batches.lateness().or(watch::reasonToStartAnew);
  }

  /**
   * Ends Spark at once, then removes the checkpoint folder. Beam's own way waits until all
   * micro-batches in the queue are through; the driver has waited for the slice in flight already.
   */
  @Override
  public State cancel() {
    try {
      new StreamingEnd(context.sc()).await();
      context.stop();
    } finally {
      ended.countDown();
    }
    checkpoint.remove();
    return State.CANCELLED;
  }

  /** Whether the driver runs in YARN's own process for it. */
  boolean isYarnsDriver() {
    return context.master().equals("yarn")
        && context.getConf().get("spark.submit.deployMode", "client").equals("cluster");
  }

  /** Waits until {@link #cancel} has ended Spark; returns whether it has. */
  boolean awaitEnd(java.time.Duration limit) {
    try {
      return ended.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Ends the graph; executors, their connections and what they have loaded stay. */
  void endGraph() {
    new StreamingEnd(context.sc()).await();
    checkpoint.remove();
  }

  /**
   * Throws {@link FreshetException} if it has failed, and {@link RunnerBehindException} if a new
   * start would help.
   */
  @Override
  public State waitUntilFinish(Duration duration) {
    if (isOver()) {
      throw end.orElseThrow();
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
