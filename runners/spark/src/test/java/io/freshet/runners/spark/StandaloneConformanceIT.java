package io.freshet.runners.spark;

import io.freshet.runners.conformance.PipelineConformance;
import io.freshet.runners.conformance.StandaloneCluster;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** What every runner must do, on a Spark cluster of a master and two workers of one core. */
final class StandaloneConformanceIT extends PipelineConformance {
  @TempDir private static Path folder;
  private static StandaloneCluster cluster;

  StandaloneConformanceIT() {
    super(Spark.onCluster(cluster.url()));
  }

  @BeforeAll
  static void startCluster() {
    cluster = StandaloneCluster.start(folder, 2);
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }
}
