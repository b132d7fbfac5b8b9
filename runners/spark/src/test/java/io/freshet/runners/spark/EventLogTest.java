package io.freshet.runners.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

final class EventLogTest {
  private static final String ENABLED = "spark.eventLog.enabled";

  @Test
  void clustersDefaultsDoNotSwitchItOn() {
    SparkConf conf = new SparkConf(false).set(ENABLED, "true");

    EventLog.configure(conf, false, 500);

    assertEquals("false", conf.get(ENABLED));
  }

  @Test
  void whoMayHaveCountedOnItIsToldHowMuchItWouldBe() {
    SparkConf on = new SparkConf(false).set(ENABLED, "true");

    String told = EventLog.switchedOff(on, 500).orElseThrow();

    assertTrue(told.contains(ENABLED) && told.contains("35 GB a day"), told);
    assertTrue(told.contains("--sparkEventLog"), told);
    String slower = EventLog.switchedOff(on, 1500).orElseThrow();
    assertTrue(slower.contains("12 GB a day"), slower);
  }

  @Test
  void nothingIsToldWhereItWasOff() {
    assertEquals(Optional.empty(), EventLog.switchedOff(new SparkConf(false), 500));
    assertEquals(
        Optional.empty(), EventLog.switchedOff(new SparkConf(false).set(ENABLED, "false"), 500));
  }

  @Test
  void optionSwitchesItOnInFilesThatCanBeRemoved() {
    assertTrue(options("--sparkEventLog").getSparkEventLog());
    assertFalse(options().getSparkEventLog());
    SparkConf conf = new SparkConf(false);

    EventLog.configure(conf, true, 500);

    assertEquals("true", conf.get(ENABLED));
    assertEquals("true", conf.get("spark.eventLog.rolling.enabled"));
    SparkConf own = new SparkConf(false).set("spark.eventLog.rolling.enabled", "false");
    EventLog.configure(own, true, 500);
    assertEquals("false", own.get("spark.eventLog.rolling.enabled"));
  }

  private static SparkLogOptions options(String... arguments) {
    return PipelineOptionsFactory.fromArgs(arguments).as(SparkLogOptions.class);
  }
}
