package io.freshet.runners.spark;

import io.freshet.uservectors.cli.WatchedTime;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.package$;

/**
 * Notices that Spark does nothing, and says why as far as that shows: no executor is there, none of
 * those that are there ends a task, or none is given one. It is asked by who watches, and counts
 * the time itself: nothing that may have stopped has to tell it.
 */
final class Silence {
  private final ExecutorActivity activity;
  private final Function<String, Optional<String>> workerVersion;
  private final WatchedTime watched = new WatchedTime();
  private long endedBefore;
  private Duration lasting = Duration.ZERO;

  Silence(ExecutorActivity activity) {
    this(activity, WorkerVersions::of);
  }

  /** As the other, with its own way to tell a worker's version by the address of a log. */
  Silence(ExecutorActivity activity, Function<String, Optional<String>> workerVersion) {
    this.activity = activity;
    this.workerVersion = workerVersion;
    this.endedBefore = activity.ended();
  }

  /**
   * Looks; returns for how long, of the time in which it was looked, no task has ended and none was
   * at work. One that fails has ended: that is counted elsewhere.
   *
   * @param nanos a monotonic clock
   */
  Duration look(long nanos) {
    Duration step = watched.step(nanos);
    long ended = activity.ended();
    lasting = ended != endedBefore || activity.isAtWork() ? Duration.ZERO : lasting.plus(step);
    endedBefore = ended;
    return lasting;
  }

  /** Whether executors are there: who waits for one may wait long on a full cluster. */
  boolean hasExecutors() {
    return activity.executors() > 0;
  }

  /** What is wrong, and what to do, for people. May ask workers over the network. */
  String why() {
    long seconds = lasting.toSeconds();
    if (activity.executors() == 0) {
      return "Spark has had no executor for %d s%s; see that the cluster has cores and memory free for this application, and that its master knows it"
          .formatted(
              seconds,
              activity.lastLoss().map(why -> " (the last was lost: " + why + ")").orElse(""));
    }
    if (!activity.hasTasks()) {
      return "Spark has given its executors nothing to do for %d s: no micro-batch begins"
          .formatted(seconds);
    }
    List<ExecutorActivity.Unproven> idle = activity.unproven();
    return "Spark's executors (%s) have tasks and have ended none for %d s; %s"
        .formatted(String.join(", ", ExecutorActivity.hosts(idle)), seconds, versions(idle));
  }

  private String versions(List<ExecutorActivity.Unproven> executors) {
    String here = package$.MODULE$.SPARK_VERSION();
    Set<String> logs =
        executors.stream()
            .flatMap(executor -> executor.logs().stream())
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> there = new TreeSet<>();
    logs.stream().limit(3).forEach(log -> workerVersion.apply(log).ifPresent(there::add));
    Collection<String> others = there.stream().filter(version -> !version.equals(here)).toList();
    if (!others.isEmpty()) {
      return "the driver's Spark is %s, and the workers' is %s: both must be the same"
          .formatted(here, String.join(", ", others));
    }
    return "the driver's Spark is %s%s; see the executors' logs%s"
        .formatted(
            here,
            there.isEmpty() ? ", and the workers' must be the same" : ", as the workers'",
            logs.isEmpty() ? "" : ": " + logs.iterator().next());
  }
}
