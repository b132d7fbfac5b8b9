package io.freshet.runners.conformance;

import io.freshet.uservectors.cli.Runner;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A runner that is started as users do: by {@code ./freshet}, from the jar that the build has made.
 *
 * @param home the folder of {@code ./freshet}
 * @param javaOptions of the pipeline's JVM, beside {@link Starter#FAST_JVM}
 */
public record Installation(
    Path home, List<String> javaOptions, Map<String, String> options, Runner runner)
    implements Starter {
  /** This project's folder, seen from a runner's module. */
  public static final Path PROJECT = Path.of("../..").toAbsolutePath().normalize();

  @Override
  public List<String> command() {
    List<String> java = Stream.concat(FAST_JVM.stream(), javaOptions.stream()).toList();
    return List.of(
        "env",
        "FRESHET_NO_BUILD=1",
        "FRESHET_JAVA_OPTS=" + String.join(" ", java),
        "JAVA_HOME=" + System.getProperty("java.home"),
        home.resolve("freshet").toString());
  }
}
