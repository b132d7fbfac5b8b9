package io.freshet.runners.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URL;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.DefaultConfiguration;
import org.apache.logging.log4j.core.config.NullConfiguration;
import org.apache.logging.log4j.core.config.properties.PropertiesConfiguration;
import org.apache.logging.log4j.core.config.properties.PropertiesConfigurationFactory;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.junit.jupiter.api.Test;

final class SparkLogTest {
  private static final String OPTIONS = "spark.executor.extraJavaOptions";

  @Test
  void executorsLogWarningsOnlyWhereTheyFindNoConfiguration() {
    SparkConf conf = new SparkConf(false);
    SparkLog.configureExecutors(conf, "warn");
    assertEquals("-Dlog4j2.level=warn", conf.get(OPTIONS));
  }

  /** Of one property given twice a JVM takes the last. */
  @Test
  void optionsThatTheUserHasForExecutorsStayAndWin() {
    SparkConf conf = new SparkConf(false).set(OPTIONS, "-Xss2m -Dlog4j2.level=info");
    SparkLog.configureExecutors(conf, "warn");
    assertEquals("-Dlog4j2.level=warn -Xss2m -Dlog4j2.level=info", conf.get(OPTIONS));
  }

  @Test
  void configurationOfTheUsersOwnIsKeptAndSparksIsNot() throws IOException {
    URL ofSpark = SparkContext.class.getResource("/org/apache/spark/log4j2-defaults.properties");

    assertTrue(SparkLog.isUnset(new DefaultConfiguration()));
    assertTrue(SparkLog.isUnset(configuration(ofSpark)));
    assertFalse(SparkLog.isUnset(configuration(new URL("file:/opt/spark/conf/log4j2.properties"))));
    assertFalse(SparkLog.isUnset(new NullConfiguration()));
  }

  private static PropertiesConfiguration configuration(URL from) throws IOException {
    ConfigurationSource source =
        new ConfigurationSource(new ByteArrayInputStream(new byte[0]), from);
    return new PropertiesConfigurationFactory().getConfiguration(null, source);
  }
}
