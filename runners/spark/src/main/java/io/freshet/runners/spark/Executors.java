package io.freshet.runners.spark;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.uservectors.cli.Preparation;
import io.freshet.uservectors.cli.WorkerCheck;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;

/** The executors that there are at the start. */
final class Executors {
  /** Tasks for each task that can run at once: so that each executor gets some. */
  private static final int ROUNDS = 3;

  private static final String TASKS = "spark.default.parallelism";
  private static final Duration LOOK = Duration.ofMillis(500);

  private final JavaSparkContext context;
  private final Patience patience;

  Executors(JavaSparkContext context, Patience patience) {
    this.context = context;
    this.patience = patience;
  }

  /**
   * Waits until there is an executor, and requires the check to pass on those that there are.
   * Returns before that if the preparation is called off.
   *
   * @param forEver whether it is waited for an executor as long as it takes: on a full cluster an
   *     application waits for its turn
   * @throws FreshetException {@link FailureCategory#OPTION} if the check does not pass, {@link
   *     FailureCategory#RUNNER} if executors run no task
   */
  void require(WorkerCheck check, Silence silence, Preparation preparation, boolean forEver) {
    int tasks = ROUNDS * context.defaultParallelism();
    JavaFutureAction<List<String>> looks =
        context
            .parallelize(Collections.nCopies(tasks, 0), tasks)
            .repartition(tasks) // Through a shuffle: the first one of an executor is slow, too.
            .mapPartitions(unused -> blindHost(check))
            .collectAsync();
    List<String> blind = List.of();
    while (!preparation.isCalledOff()) {
      try {
        blind = looks.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
        break;
      } catch (TimeoutException e) {
        silence.look(System.nanoTime());
        if (isTooLong(silence, forEver)) {
          throw new FreshetException(FailureCategory.RUNNER, silence.why(), e);
        }
        if (silence.lasts(patience.slowWord(), patience.slowWord())) {
          preparation.tell(silence.why());
        }
      } catch (ExecutionException e) {
        throw new FreshetException(
            FailureCategory.RUNNER,
            context.sc().isStopped()
                ? SparkRun.CONTEXT_ENDED
                : "Spark's executors cannot run a task: "
                    + Failures.firstLine(e.getCause().toString()),
            e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
    if (!blind.isEmpty()) {
      throw new FreshetException(
          FailureCategory.OPTION,
          "--ledger=%s is not the same folder on the executors (%s) as on the driver; use one that all of them see, on HDFS, an object store or a shared disk"
              .formatted(check.ledger(), String.join(", ", new TreeSet<>(blind))));
    }
  }

  private boolean isTooLong(Silence silence, boolean forEver) {
    boolean waits = !forEver && silence.withoutExecutor().compareTo(patience.startEnd()) >= 0;
    return waits
        || silence.withoutTask().compareTo(patience.startEnd()) >= 0
        || silence.ignored().compareTo(patience.startEndUnknown()) >= 0
        || (silence.ignored().compareTo(patience.startEnd()) >= 0 && silence.isOfAnotherVersion());
  }

  /**
   * Gives each stage of a micro-batch no more tasks than there can be batches at the same time, and
   * no fewer than two: Spark would give it one for each core of the cluster, twice a second. What
   * the user has set counts.
   *
   * @param shards batches at the same time at most
   */
  void limitTasks(int shards) {
    int tasks = Math.max(2, Math.min(shards, context.defaultParallelism()));
    // The context's own configuration, not a copy: the scheduler looks there each time.
    context.sc().conf().setIfMissing(TASKS, Integer.toString(tasks));
  }

  private static Iterator<String> blindHost(WorkerCheck check) {
    return check.passes()
        ? Collections.emptyIterator()
        : List.of(SparkEnv.get().blockManager().blockManagerId().host()).iterator();
  }
}
