package io.freshet.runners.spark;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.util.Map;
import java.util.Optional;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.DefaultConfiguration;
import org.apache.spark.SparkConf;

/**
 * What Spark logs. By its own configuration it tells of each job, stage and task, of which there
 * are some, twice a second, for as long as the pipeline lives. Whoever has a configuration of his
 * own keeps it.
 */
final class SparkLog {
  /** The level of all that is logged, by the name of a system property. */
  private static final String LEVEL = "freshet.logLevel";

  private static final String LEVEL_VARIABLE = "FRESHET_LOG_LEVEL";
  private static final String DEFAULT_LEVEL = "warn";

  /** For the driver, in the jar. */
  private static final String CONFIGURATION = "/freshet-log4j2.properties";

  /** What Spark loads where it finds none. */
  private static final String OF_SPARK = "org/apache/spark/log4j2-defaults.properties";

  private static final String EXECUTOR_OPTIONS = "spark.executor.extraJavaOptions";

  private SparkLog() {}

  /**
   * Gives the driver the configuration that {@code ./freshet} starts Java with, unless it has one
   * that is not Spark's own.
   */
  static void configureDriver(Map<String, String> environment) {
    System.setProperty(LEVEL, level(environment));
    if (isUnset(LoggerContext.getContext(false).getConfiguration())) {
      Configurator.reconfigure(configuration());
    }
  }

  /**
   * Gives executors the level, which counts where they find no configuration: they have not the jar
   * on their class path when they start.
   */
  static void configureExecutors(SparkConf conf, String level) {
    // With errors alone Spark takes its log for not configured, and logs each task.
    String ours = "-Dlog4j2.level=" + (level.equalsIgnoreCase("error") ? "warn" : level);
    Optional<String> users = Optional.ofNullable(conf.get(EXECUTOR_OPTIONS, null));
    conf.set(EXECUTOR_OPTIONS, users.map(options -> ours + " " + options).orElse(ours));
  }

  /** The level that {@link #configureDriver} has found. */
  static String level() {
    return System.getProperty(LEVEL, DEFAULT_LEVEL);
  }

  /** By {@code ./freshet} a system property, by {@code spark-submit} a variable. */
  private static String level(Map<String, String> environment) {
    return System.getProperty(LEVEL, environment.getOrDefault(LEVEL_VARIABLE, DEFAULT_LEVEL));
  }

  /** Whether nobody has chosen a configuration. */
  static boolean isUnset(Configuration configuration) {
    String location = String.valueOf(configuration.getConfigurationSource().getLocation());
    return configuration instanceof DefaultConfiguration || location.endsWith(OF_SPARK);
  }

  private static URI configuration() {
    URL resource = SparkLog.class.getResource(CONFIGURATION);
    try {
      return resource.toURI();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("No address: " + resource, e);
    }
  }
}
