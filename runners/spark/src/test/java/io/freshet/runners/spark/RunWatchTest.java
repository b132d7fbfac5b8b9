package io.freshet.runners.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** No executor is ever there. */
final class RunWatchTest {
  private final Failures failures = new Failures(Duration.ofSeconds(30));
  private Duration interval = Duration.ofMillis(500);
  private long completed;
  private long nanos;

  @Test
  void silenceIsToldThenSparkIsStartedAnew() {
    RunWatch watch = watch(false);

    watch(watch, 10);
    assertEquals(Optional.empty(), watch.trouble());
    watch(watch, 1);
    assertTrue(watch.trouble().orElseThrow().startsWith("Spark has had no executor for 11 s"));
    assertFalse(watch.isTooLong());
    watch(watch, 35);

    assertTrue(watch.isTooLong());
    assertTrue(watch.reasonToStartAnew().isPresent());
    assertEquals(Optional.empty(), watch.reasonToEnd());
  }

  @Test
  void newStartIsNotSaidToWorkBeforeAMicroBatchHasEnded() {
    RunWatch watch = watch(true);
    watch(watch, 1);
    assertTrue(watch.trouble().orElseThrow().contains("no micro-batch has ended yet"));

    completed = 1;
    assertEquals(Optional.empty(), watch.trouble());
  }

  @Test
  void whereThatHasNotHelpedItEnds() {
    RunWatch watch = watch(true);
    watch(watch, 46);

    assertEquals(Optional.empty(), watch.reasonToStartAnew());
    assertTrue(watch.reasonToEnd().orElseThrow().endsWith("A new start has not helped"));
  }

  @Test
  void whereItHasHelpedForAWhileItIsTriedAgain() {
    RunWatch watch = watch(true);
    completed = 1;
    watch(watch, 46);

    assertTrue(watch.reasonToStartAnew().isPresent());
    assertEquals(Optional.empty(), watch.reasonToEnd());
  }

  @Test
  void longIntervalsAreNoSilence() {
    interval = Duration.ofMinutes(1);
    RunWatch watch = watch(false);

    watch(watch, 129);
    assertEquals(Optional.empty(), watch.trouble());
    watch(watch, 1);
    assertTrue(watch.trouble().isPresent());
  }

  private RunWatch watch(boolean again) {
    RunWatch watch =
        new RunWatch(
            Patience.ofPercent(100),
            new Silence(new ExecutorActivity(Duration.ofSeconds(5), () -> nanos)),
            new StreamingErrors(failures),
            () -> completed,
            interval,
            again);
    watch.look(nanos);
    return watch;
  }

  private void watch(RunWatch watch, int seconds) {
    for (int second = 0; second < seconds; second++) {
      nanos += Duration.ofSeconds(1).toNanos();
      watch.look(nanos);
    }
  }
}
