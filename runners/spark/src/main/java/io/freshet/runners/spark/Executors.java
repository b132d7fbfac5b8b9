package io.freshet.runners.spark;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.uservectors.cli.WorkerCheck;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;

/** The executors that there are at the start. */
final class Executors {
  /** Tasks for each task that can run at once: so that each executor gets some. */
  private static final int ROUNDS = 3;

  private static final String TASKS = "spark.default.parallelism";

  private final JavaSparkContext context;

  Executors(JavaSparkContext context) {
    this.context = context;
  }

  /**
   * Waits until there is an executor, as long as it takes, and requires the check to pass on those
   * that there are.
   *
   * @throws FreshetException {@link FailureCategory#OPTION} if it does not
   */
  void require(WorkerCheck check) {
    int tasks = ROUNDS * context.defaultParallelism();
    List<String> blind =
        context
            .parallelize(Collections.nCopies(tasks, 0), tasks)
            .repartition(tasks) // Through a shuffle: the first one of an executor is slow, too.
            .mapPartitions(unused -> blindHost(check))
            .collect();
    if (!blind.isEmpty()) {
      throw new FreshetException(
          FailureCategory.OPTION,
          "--ledger=%s is not the same folder on the executors (%s) as on the driver; use one that all of them see, on HDFS, an object store or a shared disk"
              .formatted(check.ledger(), String.join(", ", new TreeSet<>(blind))));
    }
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
