package io.freshet.runners.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.apache.beam.runners.spark.SparkPipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

final class SparkContextsTest {
  @Test
  void optionsOfThePipelineSayWhereItRunsAndWhatItIsCalled() {
    SparkConf conf = configuration(new SparkConf(false), "spark://host:7077", 4);

    assertEquals("spark://host:7077", conf.get("spark.master"));
    assertEquals("vectors", conf.get("spark.app.name"));
  }

  @Test
  void sparkSubmitWinsOverThem() {
    SparkConf submitted =
        new SparkConf(false)
            .setMaster("yarn")
            .setAppName("submitted")
            .set("spark.default.parallelism", "9")
            .set("spark.jars", "submitted.jar");

    SparkConf conf = configuration(submitted, "local[2]", 4);

    assertEquals("yarn", conf.get("spark.master"));
    assertEquals("submitted", conf.get("spark.app.name"));
    assertEquals("9", conf.get("spark.default.parallelism"));
    assertEquals("submitted.jar", conf.get("spark.jars"));
  }

  @Test
  void noTaskHasTwoCopiesAtOnceWhateverSparkSubmitSays() {
    SparkConf conf =
        configuration(new SparkConf(false).set("spark.speculation", "true"), "local[2]", 4);

    assertEquals("false", conf.get("spark.speculation"));
  }

  @Test
  void clusterHasAsManyTasksAStageAsShardsAndAtLeastTwo() {
    assertEquals("7", parallelism("spark://host:7077", 7));
    assertEquals("2", parallelism("spark://host:7077", 1));
    assertEquals("Spark's own", parallelism("local[2]", 7));
  }

  @Test
  void localProcessIsToBeReachedByNobodyElse() {
    SparkConf local = configuration(new SparkConf(false), "local[2]", 4);
    assertEquals("false", local.get("spark.ui.enabled"));
    assertEquals("localhost", local.get("spark.driver.host"));
    assertEquals("127.0.0.1", local.get("spark.driver.bindAddress"));

    SparkConf cluster = configuration(new SparkConf(false), "spark://host:7077", 4);
    assertFalse(cluster.contains("spark.ui.enabled"));
    assertFalse(cluster.contains("spark.driver.host"));
    assertFalse(cluster.contains("spark.driver.bindAddress"));
  }

  private static String parallelism(String master, int shards) {
    return configuration(new SparkConf(false), master, shards)
        .get("spark.default.parallelism", "Spark's own");
  }

  private static SparkConf configuration(SparkConf conf, String master, int shards) {
    SparkPipelineOptions options = PipelineOptionsFactory.as(SparkPipelineOptions.class);
    options.setSparkMaster(master);
    options.setJobName("vectors");
    return SparkContexts.configuration(conf, options, shards);
  }
}
