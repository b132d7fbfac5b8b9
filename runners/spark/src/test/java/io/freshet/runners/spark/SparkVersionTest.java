package io.freshet.runners.spark;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SparkVersionTest {
  @Test
  void versionsOfTheBuildAreThoseThatThePipelineRequires() {
    SparkVersion here = SparkVersion.ofThisJvm();

    assertAll(
        () ->
            assertEquals(
                Optional.of(org.apache.spark.package$.MODULE$.SPARK_VERSION()), here.spark()),
        () -> assertEquals(Optional.of(scala.util.Properties.versionNumberString()), here.scala()),
        () -> here.require(true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.5.0", "3.5.6", "3.5.12", "3.5", "3.5.0-amzn-1", "3.5.1.3.3.7190.0-12"})
  void everySparkOfThatLineWillDo(String spark) {
    assertDoesNotThrow(() -> version(spark, "2.12.20").require(true));
  }

  @ParameterizedTest
  @CsvSource({
    "4.0.1, 2.13.16",
    "3.4.4, 2.12.17",
    "3.5.6, 2.13.8",
    "3.50.0, 2.12.18",
    "13.5.0, 2.12.18",
    "3.5.6, 2.120.0",
    "unknown, 2.12.18",
  })
  void anotherSparkOrScalaIsRefusedByItsName(String spark, String scala) {
    FreshetException refusal =
        assertThrows(FreshetException.class, () -> version(spark, scala).require(true));

    assertEquals(FailureCategory.OPTION, refusal.category());
    String start =
        "Spark %s with Scala %s is here; Freshet is built for Spark 3.5 with Scala 2.12: "
            .formatted(spark, scala);
    assertTrue(refusal.getMessage().startsWith(start), refusal::getMessage);
  }

  @Test
  void whatIsMissingIsNamed() {
    assertRefused("No Spark is here", new SparkVersion(Optional.empty(), Optional.empty()), true);
    assertRefused("No Spark is here", new SparkVersion(Optional.empty(), Optional.empty()), false);
    assertRefused(
        "Scala 2.12.18 without Spark is here",
        new SparkVersion(Optional.empty(), Optional.of("2.12.18")),
        true);
    assertRefused(
        "Spark 3.5.6 without Scala is here",
        new SparkVersion(Optional.of("3.5.6"), Optional.empty()),
        true);
  }

  @Test
  void otherCommandsNeedTheLibrariesOfASparkThatIsNoOlder() {
    assertDoesNotThrow(() -> version("4.0.1", "2.13.16").require(false));
    assertDoesNotThrow(() -> version("3.5.6", "2.13.8").require(false));
    assertDoesNotThrow(() -> version("3.10.0", "2.12.18").require(false));
    assertRefused("Spark 3.4.4 with", version("3.4.4", "2.12.17"), false);
    assertRefused("Spark 2.12.0 with", version("2.12.0", "2.12.17"), false);
  }

  private static void assertRefused(String start, SparkVersion version, boolean pipeline) {
    FreshetException refusal =
        assertThrows(FreshetException.class, () -> version.require(pipeline));
    assertTrue(refusal.getMessage().startsWith(start), refusal::getMessage);
  }

  private static SparkVersion version(String spark, String scala) {
    return new SparkVersion(Optional.of(spark), Optional.of(scala));
  }
}
