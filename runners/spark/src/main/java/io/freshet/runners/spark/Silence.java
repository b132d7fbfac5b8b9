package io.freshet.runners.spark;

import io.freshet.uservectors.cli.WatchedTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.package$;

/**
 * Notices that Spark does nothing, and says why as far as that shows: no executor is there, one
 * that is there does not work at a task that it was given, or none is given any. It is asked by who
 * watches, and counts the time itself: nothing that may have stopped has to tell it. Not safe for
 * use by several threads at once.
 */
final class Silence {
  private static final Duration ASIDE = Duration.ofSeconds(5);

  private final ExecutorActivity activity;
  private final Function<String, Optional<String>> askVersion;
  private final Map<String, Optional<String>> versions = new HashMap<>();
  private final WatchedTime watched = new WatchedTime();
  private long endedBefore;
  private Duration withoutExecutor = Duration.ZERO;
  private Duration withoutTask = Duration.ZERO;
  private Duration ignored = Duration.ZERO;

  Silence(ExecutorActivity activity) {
    this(activity, WorkerVersions::of);
  }

  /** As the other, with its own way to tell a worker's version by the address of a log. */
  Silence(ExecutorActivity activity, Function<String, Optional<String>> askVersion) {
    this.activity = activity;
    this.askVersion = askVersion;
    this.endedBefore = activity.ended();
  }

  /**
   * Looks. Time in which nobody has looked does not count.
   *
   * @param nanos a monotonic clock
   */
  void look(long nanos) {
    Duration step = watched.step(nanos);
    long ended = activity.ended();
    boolean moves = ended != endedBefore || activity.isAtWork();
    endedBefore = ended;
    boolean none = activity.executors() == 0;
    withoutExecutor = none && !moves ? withoutExecutor.plus(step) : Duration.ZERO;
    withoutTask = none || moves || activity.hasTasks() ? Duration.ZERO : withoutTask.plus(step);
    ignored = shorter(activity.ignored(), ignored.plus(step));
  }

  /** For how long there has been no executor. */
  Duration withoutExecutor() {
    return withoutExecutor;
  }

  /** For how long executors were given no task, and none has ended. */
  Duration withoutTask() {
    return withoutTask;
  }

  /** For how long an executor has had a task at which it does not work. */
  Duration ignored() {
    return ignored;
  }

  /**
   * Whether any of it has lasted for so long.
   *
   * @param limit without an executor or a task
   * @param ignoredLimit of a task at which nobody works
   */
  boolean lasts(Duration limit, Duration ignoredLimit) {
    return withoutExecutor.compareTo(limit) >= 0
        || withoutTask.compareTo(limit) >= 0
        || ignored.compareTo(ignoredLimit) >= 0;
  }

  /** What is wrong, and what to do, for people. May ask workers over the network, each once. */
  String why() {
    if (withoutExecutor.compareTo(Duration.ZERO) > 0) {
      return "Spark has had no executor for %d s%s; see that the cluster has cores and memory free for this application, and that its master knows it"
          .formatted(
              withoutExecutor.toSeconds(),
              activity.lastLoss().map(why -> " (the last was lost: " + why + ")").orElse(""));
    }
    if (withoutTask.compareTo(ignored) > 0) {
      return "Spark has given its executors nothing to do for %d s: no micro-batch begins"
          .formatted(withoutTask.toSeconds());
    }
    List<ExecutorActivity.Executor> idle = activity.ignoring(ignored.minus(ASIDE));
    return "Spark's executors (%s) have had tasks for %d s and do not work at them; %s"
        .formatted(
            idle.stream()
                .map(ExecutorActivity.Executor::host)
                .distinct()
                .sorted()
                .collect(Collectors.joining(", ")),
            ignored.toSeconds(),
            versions(idle));
  }

  /** Whether executors that do not work are known to be of another version. */
  boolean isOfAnotherVersion() {
    return !others(activity.ignoring(ignored.minus(ASIDE))).isEmpty();
  }

  private String versions(List<ExecutorActivity.Executor> executors) {
    String here = package$.MODULE$.SPARK_VERSION();
    Set<String> others = others(executors);
    if (!others.isEmpty()) {
      return "the driver's Spark is %s, and the workers' is %s: both must be the same"
          .formatted(here, String.join(", ", others));
    }
    return "the driver's Spark is %s%s; see the executors' logs%s"
        .formatted(
            here,
            there(executors).isEmpty()
                ? ", and the workers' must be the same"
                : ", as the workers'",
            logs(executors).stream().findFirst().map(log -> ": " + log).orElse(""));
  }

  private Set<String> others(List<ExecutorActivity.Executor> executors) {
    Set<String> others = there(executors);
    others.remove(package$.MODULE$.SPARK_VERSION());
    return others;
  }

  private Set<String> there(List<ExecutorActivity.Executor> executors) {
    Set<String> there = new TreeSet<>();
    logs(executors).stream()
        .limit(3)
        .forEach(log -> versions.computeIfAbsent(log, askVersion).ifPresent(there::add));
    return there;
  }

  private static Set<String> logs(List<ExecutorActivity.Executor> executors) {
    return executors.stream()
        .flatMap(executor -> executor.logs().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }
}
