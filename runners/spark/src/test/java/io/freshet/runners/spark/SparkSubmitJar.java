package io.freshet.runners.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The jar that the build has made for {@code spark-submit}. */
final class SparkSubmitJar {
  private SparkSubmitJar() {}

  static Path path() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("target"))) {
      return files
          .filter(file -> file.toString().endsWith("-spark-submit.jar"))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("No jar for spark-submit; run mvn package"));
    }
  }
}
