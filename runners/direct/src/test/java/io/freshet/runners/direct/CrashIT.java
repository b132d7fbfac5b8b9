package io.freshet.runners.direct;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.runners.conformance.Bench;
import io.freshet.runners.conformance.FreshetProcess;
import io.freshet.runners.conformance.Scenario;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Processes that die, or sleep and wake up. */
final class CrashIT {
  private static final int SLICE = 300;

  @RegisterExtension static final Bench BENCH = new Bench(new DirectStarter());

  @Test
  void processThatSleptWhileAnotherTookOverEndsAndOverwritesNothing() {
    Scenario scenario = BENCH.scenario();
    scenario.ask("events(table, commits=30, rows=300, users=500)");
    String[] options = {"--startingVersion=0", "--maxSliceRows=" + SLICE, "--lease=5s"};

    FreshetProcess first = scenario.start(options).await("3 slices", () -> scenario.slices() >= 3);
    first.freeze();
    assertTrue(scenario.slices() < 30, "Frozen too late to mean anything");
    scenario.drain(options);
    first.resume();
    first.expectExit(1);

    assertTrue(first.output().contains("error (ledger_in_use)"), first::output);
    assertTrue(first.output().contains("Another pipeline has taken the ledger"), first::output);
    scenario.expectCollectionAsTable("");
    scenario.expectRowsCounted(9000);
  }

  @Test
  @Tag("any-milvus")
  void secondPipelineIsRefusedWhileTheFirstRunsAndWelcomeAfterIt() {
    Scenario scenario = BENCH.scenario();
    scenario.ask("events(table, commits=2, rows=100, users=50)");
    FreshetProcess first = scenario.follow("--startingVersion=0");

    FreshetProcess second = scenario.start("--startingVersion=0").expectExit(1);
    assertTrue(second.output().contains("error (ledger_in_use)"), second::output);
    assertTrue(second.output().contains("is in use by"), second::output);
    assertTrue(second.output().contains("--ledger"), second::output);
    assertTrue(first.isAlive(), first::output);
    first.stop();
    scenario.drain("--startingVersion=0");

    scenario.expectCollectionAsTable("");
    scenario.expectRowsCounted(200);
  }
}
