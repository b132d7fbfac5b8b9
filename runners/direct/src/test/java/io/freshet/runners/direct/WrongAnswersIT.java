package io.freshet.runners.direct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.runners.conformance.Bench;
import io.freshet.runners.conformance.FreshetProcess;
import io.freshet.runners.conformance.Scenario;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Milvus denies a collection that is there, and a resync is killed while its bytes are under way.
 */
final class WrongAnswersIT {
  private static final String[] RESYNC = {
    "--startingVersion=0",
    "--orderColumn=event_timestamp",
    "--onLostHistory=resync",
    "--onLostCollection=resync",
    "--lease=12s"
  };

  @RegisterExtension static final Bench BENCH = new Bench(new DirectStarter());

  @Test
  void collectionThatIsDeniedOnceIsNotLostAndOneThatIsDeniedForLongIsComparedNotFilled() {
    try (MilvusFront front = new MilvusFront(BENCH.milvus().uri())) {
      Scenario scenario = BENCH.scenario().at(front.uri());
      scenario.ask("distinct(table, rows=100)");
      FreshetProcess follower = scenario.follow(RESYNC);
      follower.await("the first rows", () -> scenario.isDone(0));

      front.denyOnce();
      scenario.ask("append(table, [event(600, 'u1')])");
      scenario.ask("DeltaTable(table).delete(\"user_id = 'u2'\"); None");
      follower.await("what follows", () -> scenario.isDone(2));
      assertTrue(front.hasDenied("Upsert", "DescribeCollection"));
      assertFalse(scenario.status().containsKey("restarts"), () -> "" + scenario.status());

      front.deny(true);
      scenario.ask("append(table, [event(601, 'u3')])");
      scenario.ask("DeltaTable(table).delete(\"user_id in ('u4', 'u5')\"); None");
      follower.awaitOutput("freshet: resync: ");
      front.deny(false);
      follower.await("the restart", () -> scenario.status().containsKey("restarts"));
      follower.awaitOutput("done 1 rows written, 2 deleted");
      scenario.ask("append(table, [event(602, 'u6')])");
      long last = scenario.ask("DeltaTable(table).version()").asLong();
      follower.await("what follows the restart", () -> scenario.isDone(last));
      follower.stop();
      scenario.expectCollectionAsLatestRows();
    }
  }

  @Test
  void whoComesAfterAResyncThatWasKilledWaitsForItsBytes() throws InterruptedException {
    try (MilvusFront front = new MilvusFront(BENCH.milvus().uri())) {
      Scenario scenario = BENCH.scenario().at(front.uri());
      scenario.ask("distinct(table, rows=50)");
      scenario.drain(RESYNC);
      scenario.ask("append(table, [event(600, 'u1')])");
      scenario.ask("forget_commits(table)");

      front.hold();
      FreshetProcess killed = scenario.start(RESYNC);
      killed.await("a request on its way", () -> front.held() > 0);
      killed.kill();
      scenario.ask("append(table, [event(700, 'u1')])");
      Scenario next = scenario.at(BENCH.milvus().uri());
      FreshetProcess follower = next.start(with("--settle=6s"));
      follower.awaitOutput("freshet: resync: comparing");
      assertEquals(1, front.held());
      // The next one is free to write: what is held back must not come after that.
      Thread late = new Thread(() -> release(front, follower));
      late.start();
      follower.awaitOutput("freshet: following");
      late.join();
      follower.await("what was held back", () -> front.delivered() == 1);
      next.expectCollectionAsLatestRows();
      follower.stop();
    }
  }

  /** After the next one has written, or in time before the settle time is over. */
  private static void release(MilvusFront front, FreshetProcess follower) {
    long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
    while (System.nanoTime() - end < 0 && !follower.output().contains("resync: done")) {
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
    front.release();
  }

  private static String[] with(String option) {
    String[] all = Arrays.copyOf(RESYNC, RESYNC.length + 1);
    all[RESYNC.length] = option;
    return all;
  }
}
