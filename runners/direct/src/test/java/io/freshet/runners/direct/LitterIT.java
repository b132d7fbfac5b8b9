package io.freshet.runners.direct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.freshet.runners.conformance.Bench;
import io.freshet.runners.conformance.FreshetProcess;
import io.freshet.runners.conformance.Scenario;
import io.freshet.runners.conformance.Starter;
import io.freshet.uservectors.cli.Runner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What processes leave in the temporary folder. */
final class LitterIT {
  @RegisterExtension static final Bench BENCH = new Bench(new DirectStarter());

  @TempDir private Path temp;

  /** With a temporary folder of its own. */
  private record TempStarter(Path folder) implements Starter {
    @Override
    public List<String> command() {
      List<String> command = new ArrayList<>(new DirectStarter().command());
      command.add(1, "-Djava.io.tmpdir=" + folder);
      return command;
    }

    @Override
    public Map<String, String> options() {
      return Map.of("startingVersion", "0");
    }

    @Override
    public Runner runner() {
      return new DirectLauncher();
    }
  }

  private List<Path> files() {
    try (Stream<Path> files = Files.walk(temp)) {
      return files.filter(file -> !file.equals(temp)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void endsOfAllKindsLeaveNothingOrWhatTheNextStartRemoves() {
    Scenario scenario = BENCH.scenario();
    scenario.ask("events(table, commits=1, rows=10, users=50)");
    Starter starter = new TempStarter(temp);

    FreshetProcess killed = scenario.startWith(starter);
    killed.await("the first rows", () -> scenario.isDone(0));
    assertFalse(files().stream().filter(LitterIT::isNative).toList().isEmpty(), "is this a test?");
    killed.kill();
    assertFalse(files().isEmpty());

    scenario.ask("events(table, commits=1, rows=10, users=50, first=10)");
    FreshetProcess stopped = scenario.startWith(starter);
    stopped.await("all rows", () -> scenario.isDone(1));
    assertEquals(1, files().stream().filter(LitterIT::isNative).count());
    stopped.stop();
    assertEquals(List.of(), files());

    scenario.startWith(starter, "--untilVersion=latest").expectExit(0);
    assertEquals(List.of(), files());
    scenario.startWith(starter, "--keyColumn=nowhere").expectExit(1);
    assertEquals(List.of(), files());
  }

  private static boolean isNative(Path file) {
    return file.toString().endsWith(".so");
  }
}
