package io.freshet.runners.spark;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spark's event log, in which each micro-batch is told with its jobs, stages and tasks, whether or
 * not there was work. A cluster's defaults have it on for jobs that end.
 */
final class EventLog {
  private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);
  private static final String ENABLED = "spark.eventLog.enabled";

  /** Measured: of an idle pipeline. */
  private static final long BYTES_OF_A_MICRO_BATCH = 200_000;

  private EventLog() {}

  /** Has it written if the user asks for it by an option of ours, and else not. */
  static void configure(SparkConf conf, boolean wanted, long intervalMillis) {
    if (wanted) {
      conf.set(ENABLED, "true");
      // One file of 20 GB can be neither removed in parts nor compacted.
      conf.setIfMissing("spark.eventLog.rolling.enabled", "true");
    } else {
      switchedOff(conf, intervalMillis).ifPresent(LOG::warn);
      conf.set(ENABLED, "false");
    }
  }

  /** What to tell who may have counted on it. */
  static Optional<String> switchedOff(SparkConf conf, long intervalMillis) {
    double gigabytes =
        BYTES_OF_A_MICRO_BATCH * (double) Duration.ofDays(1).toMillis() / intervalMillis / 1e9;
    return conf.getBoolean(ENABLED, false)
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "Spark's event log is off, though %s=true: it would grow by some %.0f GB a day while idle; --sparkEventLog has it written",
                ENABLED,
                gigabytes))
        : Optional.empty();
  }
}
