package io.freshet.runners.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.Success$;
import org.apache.spark.TaskEndReason;
import org.apache.spark.UnknownReason$;
import org.apache.spark.executor.ExecutorMetrics;
import org.apache.spark.package$;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.TaskInfo;
import org.apache.spark.scheduler.TaskLocality;
import org.apache.spark.scheduler.cluster.ExecutorInfo;
import org.junit.jupiter.api.Test;
import scala.Option;
import scala.collection.immutable.Map;
import scala.collection.immutable.Map$;

final class SilenceTest {
  private static final String HERE = package$.MODULE$.SPARK_VERSION();
  private static final Map<String, String> NO_LOGS = Map$.MODULE$.empty();

  private final ExecutorActivity activity = new ExecutorActivity();
  private Optional<String> workerVersion = Optional.empty();
  private final Silence silence = new Silence(activity, logs -> workerVersion);
  private long nanos = Long.MAX_VALUE - 5; // Monotonic clocks may overflow.
  private long tasks;

  @Test
  void timeWithoutATaskThatEndsIsSilence() {
    add("0");
    assertEquals(Duration.ofSeconds(7), look(7));

    run("0");
    assertEquals(Duration.ZERO, look(0));
    assertEquals(Duration.ofSeconds(7), look(7));
    assertTrue(
        silence.why().startsWith("Spark has given its executors nothing to do for 7 s"),
        silence.why());
  }

  @Test
  void clusterWithoutExecutorsIsNamedWithWhyTheLastOneWent() {
    assertEquals(Duration.ofSeconds(3), look(3));
    assertTrue(
        silence.why().startsWith("Spark has had no executor for 3 s; see that the cluster has"),
        silence.why());

    add("0");
    run("0");
    begin("0");
    activity.onExecutorRemoved(new SparkListenerExecutorRemoved(0, "0", "worker lost\nmore"));
    assertEquals(Duration.ZERO, look(0));
    assertEquals(Duration.ofSeconds(5), look(5));
    assertTrue(
        silence
            .why()
            .startsWith("Spark has had no executor for 5 s (the last was lost: worker lost)"),
        silence.why());
  }

  @Test
  void taskOfAnExecutorThatHasEndedOneMayTakeLong() {
    add("0");
    run("0");
    begin("0");

    assertEquals(Duration.ZERO, look(1_000));
  }

  @Test
  void taskOfOneThatNeverEndedAnyDoesNotCountAndTheVersionsAreNamed() {
    activity.onExecutorAdded(
        new SparkListenerExecutorAdded(
            0, "0", new ExecutorInfo("host", 1, NO_LOGS.updated("stderr", "http://worker/log"))));
    begin("0");
    workerVersion = Optional.of("3.4.4");

    assertEquals(Duration.ofSeconds(30), look(30));
    assertEquals(
        "Spark's executors (host) have tasks and have ended none for 30 s; the driver's Spark is "
            + HERE
            + ", and the workers' is 3.4.4: both must be the same",
        silence.why());

    workerVersion = Optional.of(HERE);
    assertTrue(
        silence
            .why()
            .endsWith(
                "the driver's Spark is "
                    + HERE
                    + ", as the workers'; see the executors' logs: http://worker/log"),
        silence.why());

    workerVersion = Optional.empty();
    assertTrue(
        silence.why().contains("and the workers' must be the same; see the executors' logs: "),
        silence.why());
  }

  @Test
  void executorThatIsLostWithItsTaskHasEndedNone() {
    add("0");
    add("1");
    run("1");
    begin("0");
    end(tasks, "0", new ExecutorLostFailure("0", true, Option.apply("lost")));

    assertEquals(Duration.ZERO, look(0));
    assertEquals(Duration.ofSeconds(5), look(5));
  }

  @Test
  void taskThatFailsIsNoSilence() {
    add("0");
    begin("0");
    look(5);
    end(tasks, "0", UnknownReason$.MODULE$);

    assertEquals(Duration.ZERO, look(0));
  }

  @Test
  void driverThatWasFrozenBlamesNobody() {
    look(1);
    nanos += Duration.ofHours(1).toNanos();

    assertEquals(Duration.ofSeconds(1 + 5), silence.look(nanos));
  }

  /** Looks each second. */
  private Duration look(int seconds) {
    Duration lasting = silence.look(nanos);
    for (int second = 0; second < seconds; second++) {
      nanos += Duration.ofSeconds(1).toNanos();
      lasting = silence.look(nanos);
    }
    return lasting;
  }

  private void add(String executor) {
    activity.onExecutorAdded(
        new SparkListenerExecutorAdded(0, executor, new ExecutorInfo("host", 1, NO_LOGS)));
  }

  private void run(String executor) {
    begin(executor);
    end(tasks, executor, Success$.MODULE$);
  }

  private void begin(String executor) {
    tasks++;
    activity.onTaskStart(new SparkListenerTaskStart(0, 0, info(tasks, executor)));
  }

  private void end(long task, String executor, TaskEndReason reason) {
    activity.onTaskEnd(
        new SparkListenerTaskEnd(
            0, 0, "ResultTask", reason, info(task, executor), new ExecutorMetrics(), null));
  }

  private static TaskInfo info(long task, String executor) {
    return new TaskInfo(task, 0, 0, 0, 0, executor, "host", TaskLocality.PROCESS_LOCAL(), false);
  }
}
