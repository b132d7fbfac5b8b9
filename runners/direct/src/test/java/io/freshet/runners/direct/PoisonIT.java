package io.freshet.runners.direct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.runners.conformance.Bench;
import io.freshet.runners.conformance.FreshetProcess;
import io.freshet.runners.conformance.Scenario;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A row that Milvus takes neither now nor later. */
final class PoisonIT {
  @RegisterExtension static final Bench BENCH = new Bench(new DirectStarter());

  @Test
  void rowThatIsRefusedForGoodIsSkippedAfterAWhileAndThePipelineGoesOn() {
    try (RefusingMilvus milvus = new RefusingMilvus(BENCH.milvus().uri())) {
      milvus.refuseKey("poison");
      Scenario scenario = BENCH.scenario().at(milvus.uri());
      scenario.ask("append(table, [event(n, f'u{n}') for n in range(50)] + [event(50, 'poison')])");
      FreshetProcess process = scenario.follow("--startingVersion=0");

      process
          .awaitOutput("1 rows; they are tried again before they are blamed")
          .await("all the rest", () -> scenario.rows() == 50);
      assertEquals(0, scenario.counted("rows"), "nobody is blamed at once");
      scenario.ask("append(table, [event(n, f'u{n}') for n in range(60, 70)])");
      process.await("the next commit", () -> scenario.isDone(1));
      process.stop();

      assertTrue(process.output().contains("1 rows for good"), process::output);
      assertEquals(1, scenario.counted("skipped"));
      scenario.expectRowsCounted(61);
      Scenario.Said repaired = scenario.verify("--repair=true");
      assertEquals(1, repaired.status(), repaired.err());
      repaired.expectLine("missing \"poison\": ");
      scenario.ask("DeltaTable(table).delete(\"user_id = 'poison'\")");
      scenario.expectCollectionAsTableNow();
    }
  }
}
