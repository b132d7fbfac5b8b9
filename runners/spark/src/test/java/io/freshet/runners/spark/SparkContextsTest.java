package io.freshet.runners.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.Pattern;
import org.apache.beam.runners.spark.SparkPipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

final class SparkContextsTest {
  @Test
  void optionsOfThePipelineSayWhereItRunsAndWhatItIsCalled() {
    SparkConf conf = configuration(new SparkConf(false), "spark://host:7077");

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

    SparkConf conf = configuration(submitted, "local[2]");

    assertEquals("yarn", conf.get("spark.master"));
    assertEquals("submitted", conf.get("spark.app.name"));
    assertEquals("9", conf.get("spark.default.parallelism"));
    assertEquals("submitted.jar", conf.get("spark.jars"));
  }

  @Test
  void noTaskHasTwoCopiesAtOnceWhateverSparkSubmitSays() {
    SparkConf conf =
        configuration(new SparkConf(false).set("spark.speculation", "true"), "local[2]");

    assertEquals("false", conf.get("spark.speculation"));
  }

  @Test
  void noTaskNeedsNativeCodeThatAFullDiskKeepsFromBeingUnpacked() {
    SparkConf conf = configuration(new SparkConf(false), "spark://host:7077");

    assertEquals("lz4", conf.get("spark.shuffle.mapStatus.compression.codec"));
  }

  @Test
  void executorsHaveALocaleOfUtf8UnlessTheUserNamesAnother() {
    String name = "spark.executorEnv.LC_ALL";
    assertEquals("C.UTF-8", configuration(new SparkConf(false), "spark://host:7077").get(name));
    SparkConf submitted = new SparkConf(false).set(name, "de_DE.UTF-8");
    assertEquals("de_DE.UTF-8", configuration(submitted, "spark://host:7077").get(name));
    assertFalse(configuration(new SparkConf(false), "local[2]").contains(name));
  }

  @Test
  void neitherEventLogNorExecutorsGrowWithEachMicroBatch() {
    SparkConf defaults = new SparkConf(false).set("spark.eventLog.enabled", "true");

    SparkConf conf = configuration(defaults, "spark://host:7077");

    assertEquals("false", conf.get("spark.eventLog.enabled"));
    assertEquals("-Dlog4j2.level=warn", conf.get("spark.executor.extraJavaOptions"));
    assertFalse(
        configuration(new SparkConf(false), "local[2]")
            .contains("spark.executor.extraJavaOptions"));
  }

  @Test
  void frozenExecutorDoesNotHoldUpTheOthersForMinutesUnlessTheUserWantsIt() {
    SparkConf conf = configuration(new SparkConf(false), "spark://host:7077");
    assertEquals("30s", conf.get("spark.network.timeout"));
    assertEquals("1s", conf.get("spark.network.timeoutInterval"));
    assertEquals("5s", conf.get("spark.executor.heartbeatInterval"));
    assertEquals("10s", conf.get("spark.shuffle.io.connectionTimeout"));
    assertEquals("1", conf.get("spark.shuffle.io.maxRetries"));
    assertEquals("1s", conf.get("spark.shuffle.io.retryWait"));

    SparkConf own = new SparkConf(false).set("spark.network.timeout", "300s");
    assertEquals("300s", configuration(own, "spark://host:7077").get("spark.network.timeout"));
  }

  @Test
  void localProcessIsToBeReachedByNobodyElse() {
    SparkConf local = configuration(new SparkConf(false), "local[2]");
    assertEquals("false", local.get("spark.ui.enabled"));
    assertEquals("localhost", local.get("spark.driver.host"));
    assertEquals("127.0.0.1", local.get("spark.driver.bindAddress"));

    SparkConf cluster = configuration(new SparkConf(false), "spark://host:7077");
    assertFalse(cluster.contains("spark.ui.enabled"));
    assertFalse(cluster.contains("spark.driver.host"));
    assertFalse(cluster.contains("spark.driver.bindAddress"));
  }

  @Test
  void secretsAreRedactedAlsoWhereTheUserNamesOthers() {
    for (SparkConf given :
        List.of(
            new SparkConf(false),
            new SparkConf(false)
                .set("spark.redaction.regex", "(?i)mine")
                .set("spark.redaction.string.regex", "mine"))) {
      SparkConf conf = configuration(given, "local[2]");
      String names = conf.get("spark.redaction.regex");
      for (String name :
          List.of("spark.hadoop.fs.s3a.Secret.Key", "fs.azure.account.key.lake", "MILVUS_TOKEN")) {
        assertTrue(Pattern.compile(names).matcher(name).find(), names);
      }
      assertFalse(Pattern.compile(names).matcher("spark.master").find(), names);
      String text = "a fs.s3a.secret.key=s3cr3t, password: s3cr3t b=c s3a://key:s3c/r3t@lake/t d";
      assertEquals(
          "a * * b=c s3a://*@lake/t d",
          text.replaceAll(conf.get("spark.redaction.string.regex"), "*"));
    }
    SparkConf own = new SparkConf(false).set("spark.redaction.regex", "mine");
    assertTrue(
        Pattern.compile(configuration(own, "local[2]").get("spark.redaction.regex"))
            .matcher("mine")
            .find());
  }

  @Test
  void localProcessKeepsLittleOfWhatIsPastUnlessItIsToldTo() {
    SparkConf own = new SparkConf(false).set("spark.ui.retainedStages", "7");
    SparkConf local = configuration(own, "local[2]");
    assertEquals("50", local.get("spark.ui.retainedJobs"));
    assertEquals("7", local.get("spark.ui.retainedStages"));
    assertEquals("50", local.get("spark.streaming.ui.retainedBatches"));
    assertFalse(
        configuration(new SparkConf(false), "spark://host:7077").contains("spark.ui.retainedJobs"));
  }

  private static SparkConf configuration(SparkConf conf, String master) {
    SparkPipelineOptions options = PipelineOptionsFactory.as(SparkPipelineOptions.class);
    options.setSparkMaster(master);
    options.setJobName("vectors");
    return SparkContexts.configuration(conf, options);
  }
}
