package io.freshet.runners.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The jar for {@code spark-submit} beside what a Spark distribution has. */
final class SparkSubmitJarIT {
  private static final long LIMIT = 120_000_000;

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

  private static List<String> classes(String start) throws IOException {
    try (JarFile jar = new JarFile(SparkSubmitJar.path().toFile());
        Stream<String> names = jar.stream().map(entry -> entry.getName())) {
      return names.filter(name -> name.startsWith(start) && name.endsWith(".class")).toList();
    }
  }
}
