package io.freshet.runners.direct;

import io.freshet.runners.conformance.Bench;
import io.freshet.runners.conformance.FreshetProcess;
import io.freshet.runners.conformance.Installation;
import io.freshet.runners.conformance.Scenario;
import io.freshet.testing.MilvusServer;
import io.freshet.testing.Tools;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM: status 0 within 10 s whatever goes on, and the next process goes on at once. */
final class StopIT {
  @RegisterExtension static final Bench BENCH = new Bench(new DirectStarter());
  @TempDir private Path folder;

  @Test
  void stopWhileWaitingForMilvus() {
    Scenario scenario = BENCH.scenario().at("http://127.0.0.1:" + Tools.freePort());
    scenario.ask("events(table, commits=1, rows=100, users=50)");

    scenario.start("--startingVersion=0").awaitOutput("waiting for Milvus").stop();
    scenario.at(BENCH.milvus().uri()).drain("--startingVersion=0");

    scenario.expectCollectionAsTable("");
    scenario.expectRowsCounted(100);
  }

  /** The system knows the host by a name that neither URIs nor gRPC take for one. */
  @Test
  void stopWhileTheJvmStartsAndGoOnAtAHostWithAnUnderscore() throws IOException {
    Scenario scenario = BENCH.scenario();
    scenario.ask("events(table, commits=1, rows=10, users=50)");
    Path hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.1 milvus_host localhost\n");
    Installation installed =
        new Installation(
            Installation.PROJECT,
            List.of("-Djdk.net.hosts.file=" + hosts),
            Map.of(),
            new DirectLauncher());
    String[] options = {
      "--startingVersion=0",
      "--untilVersion=latest",
      "--milvusUri=http://milvus_host:" + URI.create(BENCH.milvus().uri()).getPort()
    };

    FreshetProcess process = scenario.startWith(installed, options);
    process.await("a JVM", () -> isJava(process.pid())).stop();
    scenario.startWith(installed, options).expectExit(0);

    scenario.expectCollectionAsTable("");
  }

  private static boolean isJava(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().command())
        .filter(command -> command.endsWith("/java"))
        .isPresent();
  }

  @Test
  void stopWhileMilvusDoesNotAnswerAndGoOnWithTheSameRows() {
    try (MilvusServer milvus = BENCH.ownMilvus()) {
      Scenario scenario = BENCH.scenario().at(milvus.uri());
      scenario.ask("events(table, commits=1, rows=10, users=50)");
      FreshetProcess process = scenario.follow("--startingVersion=0");
      process.await("the first rows", () -> scenario.slices() == 1);

      milvus.freeze();
      scenario.ask("events(table, commits=1, rows=200, users=50, first=10)");
      process.await("a claimed slice", scenario::isWriting).stop();
      milvus.resume();
      scenario.drain("--startingVersion=0");

      scenario.expectCollectionAsTable("");
      scenario.expectRowsCounted(210);
    }
  }

  @Test
  void stopWhileTheLedgerCannotBeRead() throws IOException {
    Scenario scenario = BENCH.scenario();
    scenario.ask("events(table, commits=1, rows=10, users=50)");
    FreshetProcess process = scenario.follow("--startingVersion=0");
    process.await("the first rows", () -> scenario.slices() == 1);

    String noMoreFiles = "--nofile=3:";
    new ProcessBuilder("prlimit", "--pid=" + process.pid(), noMoreFiles).inheritIO().start();
    process.awaitOutput("Cannot see how the pipeline stands").stop();
    scenario.drain("--startingVersion=0");

    scenario.expectRowsCounted(10);
  }
}
