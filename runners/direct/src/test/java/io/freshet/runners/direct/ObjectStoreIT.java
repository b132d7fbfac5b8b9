package io.freshet.runners.direct;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.freshet.runners.conformance.Bench;
import io.freshet.runners.conformance.FreshetProcess;
import io.freshet.runners.conformance.Scenario;
import io.freshet.testing.S3Server;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Table and ledger on S3. */
final class ObjectStoreIT {
  private static final String BUCKET = "lake";

  @TempDir private static Path folder;
  @RegisterExtension static final Bench BENCH = new Bench(new DirectStarter());

  private static S3Server server;

  @BeforeAll
  static void start() {
    server = S3Server.start(folder.resolve("s3.log"));
    server.createBucket(BUCKET);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Scenario scenario() {
    return BENCH.scenario().in(server, BUCKET);
  }

  @Test
  void nothingIsLostWhenThePipelineIsKilled() {
    Scenario scenario = scenario();
    scenario.ask("events(table, commits=12, rows=100, users=300)");
    String[] options = {"--startingVersion=0", "--maxSliceRows=100", "--pollInterval=1s"};
    for (int slices : new int[] {3, 7}) {
      FreshetProcess follower = scenario.start(options);
      follower.await(slices + " slices", () -> scenario.slices() >= slices);
      follower.kill();
    }
    scenario.drain(options);
    scenario.expectCollectionAsLatestRows();
    scenario.expectRowsCounted(1200);
    assertEquals(12, scenario.slices());
  }

  @Test
  void storeThatDoesNotAnswerForAWhileIsWaitedFor() {
    Scenario scenario = scenario();
    scenario.ask("events(table, commits=1, rows=100, users=300)");
    FreshetProcess follower = scenario.follow("--startingVersion=0", "--lease=3s");
    follower.await("the first rows", () -> scenario.isDone(0));
    scenario.ask("events(table, commits=1, rows=100, users=300, first=100)");
    server.freeze();
    try {
      // Longer than the lease; what is waited for here is time itself.
      Thread.sleep(Duration.ofSeconds(8).toMillis());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      server.resume();
    }
    scenario.ask("events(table, commits=2, rows=100, users=300, first=200)");
    follower.await("all rows", () -> scenario.isDone(3));
    follower.stop();
    scenario.expectCollectionAsLatestRows();
    scenario.expectRowsCounted(400);
  }

  @Test
  void bucketThatIsNotThereIsNamed() {
    Scenario scenario = BENCH.scenario().in(server, "nowhere");
    scenario.start().expectError("table_not_found", "s3a://nowhere/", "no bucket 'nowhere'");
  }

  @Test
  void missingCredentialsAreNamed() {
    Scenario scenario = scenario();
    scenario.ask("events(table, commits=1, rows=10, users=5)");
    scenario
        .with(server.withoutCredentials())
        .start()
        .expectError("storage_unavailable", "s3a://lake/", "redentials");
  }
}
