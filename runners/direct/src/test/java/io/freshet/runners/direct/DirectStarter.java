package io.freshet.runners.direct;

import io.freshet.runners.conformance.Starter;
import io.freshet.uservectors.cli.Runner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The DirectRunner in a process of its own, with the class path of the tests. */
final class DirectStarter implements Starter {
  @Override
  public List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FAST_JVM);
    command.addAll(
        List.of(
            "-Xmx512m",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Main.class.getName()));
    return command;
  }

  @Override
  public Map<String, String> options() {
    return Map.of();
  }

  @Override
  public Runner runner() {
    return new DirectLauncher();
  }
}
