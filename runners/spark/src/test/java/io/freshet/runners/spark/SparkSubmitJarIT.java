package io.freshet.runners.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar for {@code spark-submit} beside what a Spark distribution has. */
final class SparkSubmitJarIT {
  private static final long LIMIT = 120_000_000;
  private static final Duration LIMIT_OF_A_COMMAND = Duration.ofMinutes(1);

  @Test
  void itIsLessThan120Megabytes() throws IOException {
    long size = Files.size(SparkSubmitJar.path());

    assertTrue(size < LIMIT, size + " bytes");
  }

  @Test
  void whatSparkHasInAnotherVersionIsInItsOwnPlace() throws IOException {
    for (String library : List.of("protobuf", "common", "gson")) {
      assertEquals(List.of(), classes("com/google/" + library + "/"));
      assertTrue(
          classes("io/freshet/shaded/com/google/" + library + "/").size() > 0, library::toString);
    }
  }

  @Test
  void sparkItselfIsNotInIt() throws IOException {
    for (String library : List.of("org/apache/spark/", "org/apache/hadoop/", "scala/")) {
      assertEquals(List.of(), classes(library));
    }
  }

  @Test
  void anotherSparkIsNamedBeforeAnythingIsMade(@TempDir Path folder) throws IOException {
    Path ledger = folder.resolve("ledger");
    String anotherSpark = anotherSpark(folder, "4.0.1") + ":" + ofTheDistribution();

    ServerProcess run = main(folder, anotherSpark, "run", "--ledger=" + ledger);

    assertEquals(1, run.exitStatus(LIMIT_OF_A_COMMAND), run::output);
    String start = "freshet: error (option): Spark 4.0.1 with Scala 2.12.";
    assertTrue(run.output().startsWith(start), run::output);
    assertTrue(run.output().contains("is built for Spark 3.5 with Scala 2.12"), run::output);
    assertEquals(1, run.output().lines().count(), run::output);
    assertTrue(Files.notExists(ledger));
  }

  @Test
  void commandsThatNeedNoSparkAreNotRefusedForANewerOne(@TempDir Path folder) throws IOException {
    String anotherSpark = anotherSpark(folder, "4.0.1") + ":" + ofTheDistribution();

    ServerProcess status = main(folder, anotherSpark, "status", "--ledger=" + folder);

    assertEquals(1, status.exitStatus(LIMIT_OF_A_COMMAND), status::output);
    assertTrue(status.output().contains("There is no ledger at"), status::output);
  }

  @Test
  void withoutAnySparkTheErrorSaysSo(@TempDir Path folder) throws IOException {
    ServerProcess verify = main(folder, folder.toString(), "verify");

    assertEquals(2, verify.exitStatus(LIMIT_OF_A_COMMAND), verify::output);
    String start = "freshet: error (option): No Spark is here; ";
    assertTrue(verify.output().startsWith(start), verify::output);
  }

  /** As a distribution of it has it, for the front of a class path. */
  private static Path anotherSpark(Path folder, String version) throws IOException {
    Files.writeString(folder.resolve("spark-version-info.properties"), "version=" + version);
    return folder;
  }

  private static String ofTheDistribution() throws IOException {
    return Files.readString(Path.of("target/classpath")).strip();
  }

  private static ServerProcess main(Path folder, String classPath, String... arguments)
      throws IOException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    String jar = SparkSubmitJar.path().toString();
    List<String> command =
        new ArrayList<>(
            List.of(java.toString(), "-cp", classPath + ":" + jar, Main.class.getName()));
    command.addAll(List.of(arguments));
    return ServerProcess.start(command, folder.resolve("log"), () -> true);
  }

  private static List<String> classes(String start) throws IOException {
    try (JarFile jar = new JarFile(SparkSubmitJar.path().toFile());
        Stream<String> names = jar.stream().map(entry -> entry.getName())) {
      return names.filter(name -> name.startsWith(start) && name.endsWith(".class")).toList();
    }
  }
}
