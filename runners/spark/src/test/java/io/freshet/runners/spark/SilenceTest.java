package io.freshet.runners.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.spark.Success$;
import org.apache.spark.TaskEndReason;
import org.apache.spark.UnknownReason$;
import org.apache.spark.executor.ExecutorMetrics;
import org.apache.spark.package$;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.TaskInfo;
import org.apache.spark.scheduler.TaskLocality;
import org.apache.spark.scheduler.cluster.ExecutorInfo;
import org.junit.jupiter.api.Test;
import scala.Tuple4;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.collection.immutable.Map;
import scala.collection.immutable.Map$;

final class SilenceTest {
  private static final String HERE = package$.MODULE$.SPARK_VERSION();
  private static final Map<String, String> NO_LOGS = Map$.MODULE$.empty();

  private long nanos = Long.MAX_VALUE - 5; // Monotonic clocks may overflow.
  private final ExecutorActivity activity =
      new ExecutorActivity(Duration.ofSeconds(5), () -> nanos);
  private Optional<String> workerVersion = Optional.empty();
  private int asked;
  private final Silence silence =
      new Silence(
          activity,
          logs -> {
            asked++;
            return workerVersion;
          });
  private long tasks;

  SilenceTest() {
    silence.look(nanos);
  }

  @Test
  void timeInWhichExecutorsAreGivenNothingIsSilence() {
    add("0");
    look(7);
    expect(0, 7, 0);

    run("0");
    look(1);
    expect(0, 0, 0);
    look(7);
    expect(0, 7, 0);
    assertTrue(
        silence.why().startsWith("Spark has given its executors nothing to do for 7 s"),
        silence.why());
  }

  @Test
  void clusterWithoutExecutorsIsNamedWithWhyTheLastOneWent() {
    look(3);
    expect(3, 0, 0);
    assertTrue(
        silence.why().startsWith("Spark has had no executor for 3 s; see that the cluster has"),
        silence.why());

    add("0");
    begin("0");
    activity.onExecutorRemoved(new SparkListenerExecutorRemoved(0, "0", "worker lost\nmore"));
    look(5);
    expect(8, 0, 0);
    assertTrue(
        silence
            .why()
            .startsWith("Spark has had no executor for 8 s (the last was lost: worker lost)"),
        silence.why());
  }

  /** It has to start, and to fetch the jar. */
  @Test
  void executorThatComesLateHasItsTime() {
    look(600);
    add("0");
    begin("0");
    look(10);

    expect(0, 0, 5);
  }

  @Test
  void taskThatItsExecutorNamesMayTakeLong() {
    add("0");
    begin("0");
    for (int beat = 0; beat < 200; beat++) {
      look(5);
      heartbeat("0", tasks);
    }
    assertTrue(activity.isAtWork());
    expect(0, 0, 0);
  }

  /** Spark drops events when there are too many. */
  @Test
  void taskOfWhichNothingIsHeardAnyMoreIsNoWork() {
    add("0");
    begin("0");
    heartbeat("0", tasks);
    look(14);
    assertTrue(activity.isAtWork());
    look(1);
    assertFalse(activity.isAtWork());
  }

  @Test
  void oneExecutorThatDoesNotWorkIsFoundThoughOthersDo() {
    add("0");
    add("1");
    begin("1");
    for (int second = 0; second < 35; second++) {
      run("0");
      look(1);
    }
    expect(0, 0, 30);
    assertTrue(silence.why().startsWith("Spark's executors (host-1) have had tasks for 30 s"));
  }

  @Test
  void taskThatIsNeverNamedIsToldWithTheVersionsWhichAreAskedForOnce() {
    activity.onExecutorAdded(
        new SparkListenerExecutorAdded(
            0, "0", new ExecutorInfo("host", 1, NO_LOGS.updated("stderr", "http://worker/log"))));
    begin("0");
    workerVersion = Optional.of("3.4.4");
    look(35);

    expect(0, 0, 30);
    for (int times = 0; times < 3; times++) {
      assertEquals(
          "Spark's executors (host) have had tasks for 30 s and do not work at them; the driver's Spark is "
              + HERE
              + ", and the workers' is 3.4.4: both must be the same",
          silence.why());
      assertTrue(silence.isOfAnotherVersion());
    }
    assertEquals(1, asked);
  }

  @Test
  void whereTheVersionsAreTheSameTheLogIsNamed() {
    activity.onExecutorAdded(
        new SparkListenerExecutorAdded(
            0, "0", new ExecutorInfo("host", 1, NO_LOGS.updated("stderr", "http://worker/log"))));
    begin("0");
    workerVersion = Optional.of(HERE);
    look(35);

    assertFalse(silence.isOfAnotherVersion());
    assertTrue(
        silence
            .why()
            .endsWith(
                "the driver's Spark is "
                    + HERE
                    + ", as the workers'; see the executors' logs: http://worker/log"),
        silence.why());
  }

  @Test
  void whereTheVersionCannotBeToldBothAreAskedFor() {
    add("0");
    begin("0");
    look(35);

    assertFalse(silence.isOfAnotherVersion());
    assertTrue(
        silence.why().endsWith("and the workers' must be the same; see the executors' logs"),
        silence.why());
  }

  @Test
  void taskThatFailsIsNoSilence() {
    add("0");
    begin("0");
    look(2);
    end(tasks, "0", UnknownReason$.MODULE$);
    look(1);

    expect(0, 0, 0);
  }

  @Test
  void driverThatWasFrozenBlamesNobody() {
    add("0");
    begin("0");
    look(1);
    nanos += Duration.ofHours(1).toNanos();
    silence.look(nanos);

    assertEquals(Duration.ofSeconds(5), silence.ignored());
  }

  private void expect(int withoutExecutor, int withoutTask, int ignored) {
    assertEquals(
        List.of(
            Duration.ofSeconds(withoutExecutor),
            Duration.ofSeconds(withoutTask),
            Duration.ofSeconds(ignored)),
        List.of(silence.withoutExecutor(), silence.withoutTask(), silence.ignored()));
  }

  /** Looks each second. */
  private void look(int seconds) {
    for (int second = 0; second < seconds; second++) {
      nanos += Duration.ofSeconds(1).toNanos();
      silence.look(nanos);
    }
  }

  private void heartbeat(String executor, long task) {
    Tuple4<Object, Object, Object, Seq<AccumulableInfo>> named =
        new Tuple4<>(task, 0, 0, JavaConverters.asScalaBuffer(List.<AccumulableInfo>of()).toSeq());
    activity.onExecutorMetricsUpdate(
        new SparkListenerExecutorMetricsUpdate(
            executor, JavaConverters.asScalaBuffer(List.of(named)).toSeq(), Map$.MODULE$.empty()));
  }

  private void add(String executor) {
    activity.onExecutorAdded(
        new SparkListenerExecutorAdded(
            0, executor, new ExecutorInfo("host-" + executor, 1, NO_LOGS)));
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
