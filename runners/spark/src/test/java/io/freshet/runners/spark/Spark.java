package io.freshet.runners.spark;

import io.freshet.runners.conformance.Installation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

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
    List<String> java =
        List.of(
            HEAP,
            "-Dspark.driver.host=127.0.0.1",
            "-Dspark.driver.bindAddress=127.0.0.1",
            "-Dspark.ui.enabled=false",
            "-Dspark.executor.memory=600m");
    return new Installation(Installation.PROJECT, java, options(master), new SparkLauncher());
  }

  private static Map<String, String> options(String master) {
    return Map.of("sparkMaster", master);
  }
}
