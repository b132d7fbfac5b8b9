package io.freshet.runners.spark;

import io.freshet.uservectors.cli.Secrets;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;
import org.apache.beam.runners.spark.SparkPipelineOptions;
import org.apache.beam.runners.spark.coders.SparkRunnerKryoRegistrator;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** Opens the Spark context. What {@code spark-submit} or spark-defaults.conf say counts. */
final class SparkContexts {
  private SparkContexts() {}

  static JavaSparkContext open(SparkPipelineOptions options) {
    return new JavaSparkContext(configuration(new SparkConf(), options));
  }

  static SparkConf configuration(SparkConf conf, SparkPipelineOptions options) {
    conf.setIfMissing("spark.master", options.getSparkMaster());
    conf.setIfMissing("spark.app.name", options.getJobName());
    conf.set("spark.kryo.registrator", SparkRunnerKryoRegistrator.class.getName());
    // Two copies of a task at once would write one slice twice, the slower one too late.
    conf.set("spark.speculation", "false");
    // By default zstd, whose native code an executor unpacks when it first needs it: where the disk
    // is full then, that executor fails at every task from then on. LZ4 does without.
    conf.setIfMissing("spark.shuffle.mapStatus.compression.codec", "lz4");
    EventLog.configure(
        conf,
        options.as(SparkLogOptions.class).getSparkEventLog(),
        options.getBatchIntervalMillis());
    redact(conf, "spark.redaction.regex", Secrets.NAMES);
    redact(conf, "spark.redaction.string.regex", Secrets.IN_TEXT);
    if (isLocal(conf)) {
      // Its pages keep the last thousand jobs in memory, of which there are two a second; and what
      // they would show is kept without them, too.
      conf.setIfMissing("spark.ui.enabled", "false");
      conf.setIfMissing("spark.ui.retainedJobs", "50");
      conf.setIfMissing("spark.ui.retainedStages", "50");
      conf.setIfMissing("spark.ui.retainedTasks", "500");
      conf.setIfMissing("spark.streaming.ui.retainedBatches", "50");
      // Nobody else has to reach this process.
      conf.setIfMissing("spark.driver.host", "localhost");
      conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
    } else {
      if (!conf.contains("spark.jars")) {
        ownJar().ifPresent(jar -> conf.set("spark.jars", jar.toString()));
      }
      giveUpSoon(conf);
      SparkLog.configureExecutors(conf, SparkLog.level());
      // Executors take file names by it; and libraries write numbers as the language does.
      conf.setIfMissing("spark.executorEnv.LC_ALL", "C.UTF-8");
    }
    return conf;
  }

  /**
   * Which settings and texts are hidden in Spark's UI and event log: those of ours, too, where the
   * user names others. The driver's Hadoop settings are shown there.
   */
  private static void redact(SparkConf conf, String setting, String ours) {
    conf.set(setting, conf.contains(setting) ? "(?:" + conf.get(setting) + ")|" + ours : ours);
  }

  /**
   * An executor that is frozen or cut off holds up the micro-batches behind its own until it is
   * given up, and those who read what it has shuffled: for 120 s and 4 x 120 s by Spark's defaults.
   */
  private static void giveUpSoon(SparkConf conf) {
    conf.setIfMissing("spark.network.timeout", "30s");
    conf.setIfMissing("spark.network.timeoutInterval", "1s"); // Must be less than that.
    conf.setIfMissing("spark.executor.heartbeatInterval", "5s");
    conf.setIfMissing("spark.shuffle.io.connectionTimeout", "10s");
    conf.setIfMissing("spark.shuffle.io.maxRetries", "1");
    conf.setIfMissing("spark.shuffle.io.retryWait", "1s");
  }

  private static boolean isLocal(SparkConf conf) {
    return conf.get("spark.master").startsWith("local");
  }

  /** The jar that this is in, which executors need; empty if it is in a folder of classes. */
  private static Optional<Path> ownJar() {
    CodeSource source = SparkContexts.class.getProtectionDomain().getCodeSource();
    try {
      return Optional.of(Path.of(source.getLocation().toURI())).filter(Files::isRegularFile);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("No path: " + source.getLocation(), e);
    }
  }
}
