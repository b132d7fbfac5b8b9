package io.freshet.runners.spark;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/**
 * What the executors of a Spark context do. That one has registered, or was given a task, says
 * nothing: an executor of another version of Spark takes tasks and never ends one. So only those
 * count as being at work that have ended a task before.
 */
final class ExecutorActivity extends SparkListener {
  private final Map<String, Executor> executors = new TreeMap<>();
  private final Map<Long, String> running = new HashMap<>();
  private final Set<String> proven = new HashSet<>();
  private Optional<String> lastLoss = Optional.empty();
  private long ended;

  private record Executor(String host, Optional<String> logs) {}

  @Override
  public synchronized void onExecutorAdded(SparkListenerExecutorAdded added) {
    executors.put(
        added.executorId(),
        new Executor(
            added.executorInfo().executorHost(),
            Optional.ofNullable(added.executorInfo().logUrlMap().getOrElse("stderr", () -> null))));
  }

  @Override
  public synchronized void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
    executors.remove(removed.executorId());
    proven.remove(removed.executorId());
    running.values().removeIf(removed.executorId()::equals);
    lastLoss = Optional.of(removed.reason().lines().findFirst().orElse(""));
  }

  @Override
  public synchronized void onTaskStart(SparkListenerTaskStart started) {
    running.put(started.taskInfo().taskId(), started.taskInfo().executorId());
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd task) {
    running.remove(task.taskInfo().taskId());
    if (!(task.reason() instanceof ExecutorLostFailure)) {
      ended++;
      proven.add(task.taskInfo().executorId());
    }
  }

  /** How many tasks have ended, well or not. */
  synchronized long ended() {
    return ended;
  }

  /** Whether a task runs on an executor that has ended one before: it may take long. */
  synchronized boolean isAtWork() {
    return running.values().stream().anyMatch(proven::contains);
  }

  /** Whether a task was given to an executor and has not ended. */
  synchronized boolean hasTasks() {
    return !running.isEmpty();
  }

  /** How many executors there are. */
  synchronized int executors() {
    return executors.size();
  }

  /** Why the last executor went that did; empty if none has. */
  synchronized Optional<String> lastLoss() {
    return lastLoss;
  }

  /** Where executors that have ended no task are, and where their logs can be read. */
  synchronized List<Unproven> unproven() {
    return executors.entrySet().stream()
        .filter(executor -> !proven.contains(executor.getKey()))
        .map(executor -> new Unproven(executor.getValue().host(), executor.getValue().logs()))
        .toList();
  }

  /** The hosts of {@link #unproven()}. */
  static Set<String> hosts(List<Unproven> executors) {
    Set<String> hosts = new TreeSet<>();
    executors.forEach(executor -> hosts.add(executor.host()));
    return hosts;
  }

  /**
   * An executor that has ended no task.
   *
   * @param logs where its stderr can be read, if Spark says so
   */
  record Unproven(String host, Optional<String> logs) {}
}
