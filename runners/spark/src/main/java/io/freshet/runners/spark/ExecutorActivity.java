package io.freshet.runners.spark;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import scala.collection.JavaConverters;

/**
 * What the executors of a Spark context do. That one has registered, or was given a task, says
 * nothing: an executor of another version of Spark takes tasks and never ends one. But it does not
 * name them in its heartbeats either, as others do with each task that they run.
 */
final class ExecutorActivity extends SparkListener {
  /** So many heartbeats may be late or lost. */
  private static final int BEATS = 3;

  private static final String DRIVER = "driver";

  private final Duration heartbeat;
  private final LongSupplier nanos;
  private final Map<String, Executor> executors = new TreeMap<>();
  private final Map<Long, Task> running = new HashMap<>();
  private Optional<String> lastLoss = Optional.empty();
  private long ended;

  /** An executor's host, and where its stderr can be read if Spark says so. */
  record Executor(String host, Optional<String> logs) {}

  /**
   * A task that was given to an executor.
   *
   * @param heard when that was, or when the executor has named it last
   * @param named whether it has
   */
  private record Task(String executor, long heard, boolean named) {}

  /**
   * With a monotonic clock of its own.
   *
   * @param heartbeat how often executors tell of themselves
   */
  ExecutorActivity(Duration heartbeat, LongSupplier nanos) {
    this.heartbeat = heartbeat;
    this.nanos = nanos;
  }

  /** That of a context, which may have executors already. */
  static ExecutorActivity of(SparkContext context) {
    long heartbeat = context.conf().getTimeAsMs("spark.executor.heartbeatInterval", "10s");
    ExecutorActivity activity =
        new ExecutorActivity(Duration.ofMillis(heartbeat), System::nanoTime);
    context.addSparkListener(activity);
    JavaConverters.seqAsJavaList(context.statusStore().executorList(true))
        .forEach(
            executor -> {
              if (context.isLocal() || !executor.id().equals(DRIVER)) {
                activity.add(
                    executor.id(),
                    new Executor(
                        executor.hostPort(),
                        Optional.ofNullable(
                            executor.executorLogs().getOrElse("stderr", () -> null))));
              }
            });
    return activity;
  }

  private synchronized void add(String id, Executor executor) {
    executors.put(id, executor);
  }

  @Override
  public void onExecutorAdded(SparkListenerExecutorAdded added) {
    add(
        added.executorId(),
        new Executor(
            added.executorInfo().executorHost(),
            Optional.ofNullable(added.executorInfo().logUrlMap().getOrElse("stderr", () -> null))));
  }

  @Override
  public synchronized void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
    executors.remove(removed.executorId());
    running.values().removeIf(task -> task.executor().equals(removed.executorId()));
    lastLoss = Optional.of(Failures.firstLine(removed.reason()));
  }

  @Override
  public synchronized void onTaskStart(SparkListenerTaskStart started) {
    running.put(
        started.taskInfo().taskId(),
        new Task(started.taskInfo().executorId(), nanos.getAsLong(), false));
  }

  @Override
  public synchronized void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate heartbeat) {
    JavaConverters.seqAsJavaList(heartbeat.accumUpdates())
        .forEach(
            update ->
                running.computeIfPresent(
                    (Long) update._1(),
                    (id, task) -> new Task(task.executor(), nanos.getAsLong(), true)));
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd task) {
    running.remove(task.taskInfo().taskId());
    if (!(task.reason() instanceof ExecutorLostFailure)) {
      ended++;
    }
  }

  /** How many tasks have ended, well or not. */
  synchronized long ended() {
    return ended;
  }

  /** Whether an executor says that it runs a task: that may take long. */
  synchronized boolean isAtWork() {
    return running.values().stream()
        .anyMatch(task -> task.named() && since(task) < BEATS * heartbeat.toNanos());
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

  /** For how long an executor has had a task and should have named it; the longest. */
  synchronized Duration ignored() {
    long longest = running.values().stream().mapToLong(this::since).max().orElse(0);
    return Duration.ofNanos(Math.max(0, longest - heartbeat.toNanos()));
  }

  /** The executors that have had a task for so long, beyond that, and have not named it. */
  synchronized List<Executor> ignoring(Duration atLeast) {
    long limit = atLeast.plus(heartbeat).toNanos();
    return running.values().stream()
        .filter(task -> since(task) >= limit)
        .map(Task::executor)
        .distinct()
        .map(executors::get)
        .filter(Objects::nonNull)
        .toList();
  }

  private long since(Task task) {
    return nanos.getAsLong() - task.heard();
  }
}
