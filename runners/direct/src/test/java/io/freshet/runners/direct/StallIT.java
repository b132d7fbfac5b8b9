package io.freshet.runners.direct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.runners.conformance.Bench;
import io.freshet.runners.conformance.FreshetProcess;
import io.freshet.runners.conformance.Scenario;
import io.freshet.runners.conformance.Starter;
import io.freshet.uservectors.cli.Runner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricResults;
import org.apache.beam.sdk.options.PipelineOptions;
import org.joda.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A runner that says that it runs, and does nothing. */
final class StallIT {
  private static final String MARGIN = "freshet.stallMargin";

  @RegisterExtension static final Bench BENCH = new Bench(new DirectStarter());

  @BeforeAll
  static void notice() {
    System.setProperty(MARGIN, "3000");
  }

  @AfterAll
  static void forget() {
    System.clearProperty(MARGIN);
  }

  /** Runs pipelines from the {@code wakes}-th on. */
  private static final class Sleeper implements Runner {
    private final Runner real = new DirectLauncher();
    private final int wakes;
    private int starts;

    Sleeper(int wakes) {
      this.wakes = wakes;
    }

    @Override
    public String name() {
      return real.name();
    }

    @Override
    public Map<String, String> defaults() {
      return real.defaults();
    }

    @Override
    public void configure(PipelineOptions options) {
      real.configure(options);
    }

    @Override
    public PipelineResult start(Pipeline pipeline) {
      starts++;
      return starts >= wakes ? real.start(pipeline) : new Sleep();
    }
  }

  private static final class Sleep implements PipelineResult {
    @Override
    public State getState() {
      return State.RUNNING;
    }

    @Override
    public State cancel() {
      return State.CANCELLED;
    }

    @Override
    public State waitUntilFinish(Duration duration) {
      return State.RUNNING;
    }

    @Override
    public State waitUntilFinish() {
      return State.RUNNING;
    }

    @Override
    public MetricResults metrics() {
      throw new UnsupportedOperationException();
    }
  }

  private record With(Runner runner) implements Starter {
    @Override
    public List<String> command() {
      return new ArrayList<>(new DirectStarter().command());
    }

    @Override
    public Map<String, String> options() {
      return Map.of("startingVersion", "0", "untilVersion", "latest");
    }
  }

  @Test
  void runnerThatDoesNothingIsStartedAnewOnceThenThePipelineEndsWithTheReason() {
    Sleeper sleeper = new Sleeper(100);
    Scenario scenario = BENCH.scenarioOf(new With(sleeper), "");
    scenario.ask("events(table, commits=1, rows=10, users=5)");

    String said = scenario.refusal();

    assertEquals(2, sleeper.starts);
    assertTrue(said.contains("freshet: starting anew: there are commits to write"), said);
    FreshetProcess.requireError(said, "runner", "nobody has asked for a slice", "new start");
    scenario.drain();
    scenario.expectRowsCounted(10);
  }

  @Test
  void runnerThatWakesUpGoesOn() {
    Sleeper sleeper = new Sleeper(2);
    Scenario scenario = BENCH.scenarioOf(new With(sleeper), "");
    scenario.ask("events(table, commits=1, rows=10, users=5)");

    String said = scenario.said(0);

    assertEquals(2, sleeper.starts);
    assertTrue(said.contains("freshet: starting anew: there are commits to write"), said);
    scenario.expectRowsCounted(10);
    assertEquals(0, scenario.counted("written again"));
  }
}
