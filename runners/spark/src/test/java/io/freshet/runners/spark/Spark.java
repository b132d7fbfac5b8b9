package io.freshet.runners.spark;

import io.freshet.runners.conformance.Installation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The Spark runner as {@code ./freshet} starts it, from its jar for spark-submit. */
final class Spark {
  private static final String HEAP = "-Xmx700m";

  private Spark() {}

  /** All in one process, on two threads. */
  static Installation local() {
    return localFrom(Installation.PROJECT);
  }

  /** The same from a copy of the installation. */
  static Installation localFrom(Path home) {
    return new Installation(home, List.of(HEAP), options("local[2]"), new SparkLauncher());
  }

  /** Executors on a cluster of this machine. */
  static Installation onCluster(String master) {
    return onCluster(master, List.of());
  }

  /** The same with more options of the driver's JVM, which win. */
  static Installation onCluster(String master, List<String> javaOptions) {
    Stream<String> java =
        Stream.of(
            HEAP,
            "-Dspark.driver.host=127.0.0.1",
            "-Dspark.driver.bindAddress=127.0.0.1",
            "-Dspark.ui.enabled=false",
            "-Dspark.executor.memory=600m");
    return new Installation(
        Installation.PROJECT,
        Stream.concat(java, javaOptions.stream()).toList(),
        options(master),
        new SparkLauncher());
  }

  /** All in one process, with more options of its JVM. */
  static Installation localWith(List<String> javaOptions) {
    List<String> java = Stream.concat(Stream.of(HEAP), javaOptions.stream()).toList();
    return new Installation(Installation.PROJECT, java, options("local[2]"), new SparkLauncher());
  }

  private static Map<String, String> options(String master) {
    return Map.of("sparkMaster", master);
  }
}
