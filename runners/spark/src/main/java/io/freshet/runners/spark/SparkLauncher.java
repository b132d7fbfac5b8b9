package io.freshet.runners.spark;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.SecretMap;
import io.freshet.ledger.Writers;
import io.freshet.uservectors.UserVectorsOptions;
import io.freshet.uservectors.cli.Preparation;
import io.freshet.uservectors.cli.Runner;
import io.freshet.uservectors.cli.WorkerCheck;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.runners.spark.SparkContextOptions;
import org.apache.beam.runners.spark.SparkPipelineOptions;
import org.apache.beam.runners.spark.SparkRunner;
import org.apache.beam.runners.spark.metrics.MetricsAccumulator;
import org.apache.beam.runners.spark.util.GlobalWatermarkHolder;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.hadoop.fs.FSError;
import org.apache.spark.api.java.JavaSparkContext;

/** Starts pipelines on Spark. */
public final class SparkLauncher implements Runner {
  private static final Duration LONGEST_END = Duration.ofSeconds(60);

  private final Patience patience = Patience.ofThisJvm();
  private ExecutorActivity activity = new ExecutorActivity(Duration.ZERO, System::nanoTime);

  /** The run that was started last. */
  private Optional<SparkRun> last = Optional.empty();

  @Override
  public String name() {
    return SparkRunner.class.getSimpleName();
  }

  /**
   * Measured on two cores at two commits a second.
   *
   * <ul>
   *   <li>{@code sparkMaster=local[*]}: where {@code spark-submit} names none.
   *   <li>{@code batchIntervalMillis=500}: a micro-batch takes 0.1 to 0.2 s whether or not there is
   *       work, so that 200 ms cost twice the processor for a few hundredths of a second, and
   *       Beam's default of 1,000 adds half a second to each commit.
   *   <li>{@code minReadTimeMillis=20}: the source has one element or none, and is asked once.
   *   <li>{@code maxRecordsPerBatch=1}: a slice follows when the one before has its outcomes, never
   *       in the same micro-batch; with more, reading would last as long as Spark lets it.
   * </ul>
   */
  @Override
  public Map<String, String> defaults() {
    return Map.of(
        "sparkMaster",
        "local[*]",
        "batchIntervalMillis",
        "500",
        "minReadTimeMillis",
        "20",
        "maxRecordsPerBatch",
        "1");
  }

  @Override
  public void configure(PipelineOptions options) {
    options.setRunner(SparkRunner.class);
    SparkPipelineOptions spark = options.as(SparkPipelineOptions.class);
    spark.setStreaming(true);
    if (spark.getMinReadTimeMillis() >= spark.getBatchIntervalMillis()) {
      throw new FreshetException(
          FailureCategory.OPTION,
          "--minReadTimeMillis=%d must be less than --batchIntervalMillis=%d"
              .formatted(spark.getMinReadTimeMillis(), spark.getBatchIntervalMillis()));
    }
  }

  /**
   * Starts Spark and has every executor load what it needs while none waits for it, which takes the
   * first rows seconds off their way.
   */
  @Override
  public void prepare(PipelineOptions options, WorkerCheck check, Preparation preparation) {
    if (last.isPresent()) {
      requireAnewPossible(last.get());
    }
    SparkContextOptions spark = options.as(SparkContextOptions.class);
    JavaSparkContext context = open(spark);
    try {
      prepare(context, spark, check, preparation);
    } catch (FreshetException e) {
      throw e;
    } catch (RuntimeException e) {
      // Whatever is called on a context that was stopped while it waited for the master.
      throw context.sc().isStopped() ? cannotStart(spark.getSparkMaster(), e) : e;
    }
  }

  private void prepare(
      JavaSparkContext context,
      SparkContextOptions options,
      WorkerCheck check,
      Preparation preparation) {
    activity = ExecutorActivity.of(context.sc());
    // Spark writes its checkpoints where the ledger is.
    check.ledger().hadoopConf().forEach(context.hadoopConfiguration()::set);
    InProcessLocalFileSystem.useFor(context.hadoopConfiguration());
    SecretMap.carryBy(values -> new BroadcastSecrets(context.broadcast(values)));
    Executors executors = new Executors(context, patience);
    executors.require(check, new Silence(activity), preparation, !hasFallenSilent());
    if (preparation.isCalledOff()) {
      context.stop();
      return;
    }
    executors.limitTasks(options.as(UserVectorsOptions.class).getShards());
    options.setUsesProvidedSparkContext(true);
    options.setProvidedSparkContext(context);
  }

  /** Spark itself tells where its executors are: {@code spark-submit} may have said so. */
  @Override
  public Writers writers(PipelineOptions options) {
    JavaSparkContext context = options.as(SparkContextOptions.class).getProvidedSparkContext();
    return context != null && context.isLocal() ? Writers.THIS_PROCESS : Writers.OTHERS_TOO;
  }

  @Override
  public PipelineResult start(Pipeline pipeline) {
    SparkContextOptions spark = pipeline.getOptions().as(SparkContextOptions.class);
    JavaSparkContext context = spark.getProvidedSparkContext();
    CheckpointFolder checkpoint = checkpoint(pipeline.getOptions(), context);
    spark.setCheckpointDir(checkpoint.uri());
    // The end of a graph before this one has hidden what threads end with.
    Thread.setDefaultUncaughtExceptionHandler(null);
    // Beam keeps these for the JVM: a pipeline would write into the one before's checkpoint folder.
    MetricsAccumulator.clear();
    GlobalWatermarkHolder.clear();
    Failures failures = new Failures(patience.failures());
    MicroBatches batches = new MicroBatches(spark.getBatchIntervalMillis(), failures);
    RunWatch watch =
        new RunWatch(
            patience,
            new Silence(activity),
            new StreamingErrors(failures),
            batches::completed,
            Duration.ofMillis(spark.getBatchIntervalMillis()),
            hasFallenSilent());
    spark.setListeners(List.of(batches));
    pipeline.replaceAll(List.of(BatchesInBundles.override()));
    SparkRun run = new SparkRun(pipeline.run(), context, batches, failures, watch, checkpoint);
    last = Optional.of(run);
    return run;
  }

  private static FreshetException cannotStart(String master, RuntimeException why) {
    return new FreshetException(
        FailureCategory.RUNNER,
        "Spark cannot be started; see that the master %s can be reached and takes applications: %s"
            .formatted(master, Failures.firstLine(why.toString())),
        why);
  }

  /** Whether the run before was given up because nothing happened in it. */
  private boolean hasFallenSilent() {
    return last.map(SparkRun::hasFallenSilent).orElse(false);
  }

  /** There can be one Spark context in a JVM, and one in the whole life of YARN's driver. */
  private static void requireAnewPossible(SparkRun before) {
    if (before.isYarnsDriver()) {
      throw new FreshetException(
          FailureCategory.RUNNER,
          "In a driver that YARN has started, Spark cannot be started anew; start the pipeline again, or have YARN do it: spark.yarn.maxAppAttempts");
    }
    if (!before.awaitEnd(LONGEST_END)) {
      throw new FreshetException(
          FailureCategory.RUNNER,
          "Spark has not ended within %d s, so that it cannot be started anew"
              .formatted(LONGEST_END.toSeconds()));
    }
  }

  private static JavaSparkContext open(SparkContextOptions options) {
    try {
      return SparkContexts.open(options);
    } catch (IllegalArgumentException | IllegalStateException | NullPointerException e) {
      // What the constructor ends with where it is stopped while it waits for the master.
      throw cannotStart(options.getSparkMaster(), e);
    }
  }

  /** Keeps Spark's context, which takes seconds to open, and on a cluster its executors. */
  @Override
  public void endGraph(PipelineResult running) {
    ((SparkRun) running).endGraph();
  }

  /** A task may take long: a slice of a large table is looked up for minutes. */
  @Override
  public boolean isWorking(PipelineResult running) {
    return activity.isAtWork();
  }

  @Override
  public Optional<String> trouble(PipelineResult running) {
    return ((SparkRun) running).trouble();
  }

  /** In the ledger: that is a folder which all executors see. */
  private static CheckpointFolder checkpoint(PipelineOptions options, JavaSparkContext context) {
    String ledger = options.as(UserVectorsOptions.class).getLedger();
    try {
      return CheckpointFolder.in(ledger, context.hadoopConfiguration());
    } catch (IOException | FSError e) {
      throw new FreshetException(
          FailureCategory.STORAGE_UNAVAILABLE,
          "Cannot make a checkpoint folder for Spark in the ledger " + ledger + ": " + e,
          e);
    }
  }
}
