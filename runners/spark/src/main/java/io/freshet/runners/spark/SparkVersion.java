package io.freshet.runners.spark;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Comparator;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Spark and Scala as they are on the class path: those of the distribution whose {@code
 * spark-submit} was called. Others than those that the jar is built for fail at whatever Beam or
 * Freshet first calls that they have not, which may be when much has been made already.
 *
 * <p>It is looked at before anything of Spark's, Scala's or a library's is loaded, and needs none
 * of it.
 *
 * @param spark as a distribution names it ({@code 3.5.1}, {@code 3.5.0-vendor-1}); empty where
 *     there is none
 * @param scala the same of Scala
 */
record SparkVersion(Optional<String> spark, Optional<String> scala) {
  private static final Line SPARK = new Line(3, 5);
  private static final Line SCALA = new Line(2, 12);
  private static final Pattern LINE = Pattern.compile("(\\d{1,9})\\.(\\d{1,9})");

  /** Those of this JVM. */
  static SparkVersion ofThisJvm() {
    return new SparkVersion(ofSpark(), ofScala());
  }

  /**
   * Requires what a command needs of them: a pipeline these very versions, any other command the
   * libraries of a Spark that is no older.
   *
   * @throws FreshetException {@link FailureCategory#OPTION} if they are others
   */
  void require(boolean pipeline) {
    boolean fits =
        pipeline
            ? line(spark).filter(SPARK::equals).isPresent()
                && line(scala).filter(SCALA::equals).isPresent()
            : line(spark).filter(line -> line.compareTo(SPARK) >= 0).isPresent();
    if (!fits) {
      throw new FreshetException(
          FailureCategory.OPTION,
          "%s here; Freshet is built for Spark %s with Scala %s: call spark-submit of such a distribution, for a cluster of the same, or ./freshet run --runner=SparkRunner, which brings its own Spark"
              .formatted(whatIs(), SPARK, SCALA));
    }
  }

  private String whatIs() {
    if (spark.isEmpty()) {
      return scala.map(version -> "Scala " + version + " without Spark is").orElse("No Spark is");
    }
    return "Spark "
        + spark.get()
        + scala.map(" with Scala "::concat).orElse(" without Scala")
        + " is";
  }

  /** Of 3.5.1 and 3.5-vendor it is 3.5, of 3.51 another. */
  private static Optional<Line> line(Optional<String> version) {
    return version
        .map(LINE::matcher)
        .filter(Matcher::lookingAt)
        .map(found -> new Line(Integer.parseInt(found.group(1)), Integer.parseInt(found.group(2))));
  }

  /** All versions whose parts one may put in place of each other. */
  private record Line(int major, int minor) implements Comparable<Line> {
    @Override
    public int compareTo(Line other) {
      return Comparator.comparingInt(Line::major)
          .thenComparingInt(Line::minor)
          .compare(this, other);
    }

    @Override
    public String toString() {
      return major + "." + minor;
    }
  }

  /** From where Spark has it itself. Its own class for that has Scala's classes in it. */
  private static Optional<String> ofSpark() {
    try (InputStream in =
        SparkVersion.class.getResourceAsStream("/spark-version-info.properties")) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return Optional.ofNullable(properties.getProperty("version"));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.of("of an unknown version (" + e + ")");
    }
  }

  /** As Scala says it itself: its resource has a name that others may have, too. */
  private static Optional<String> ofScala() {
    try {
      Class<?> properties = Class.forName("scala.util.Properties");
      return Optional.of(properties.getMethod("versionNumberString").invoke(null).toString());
    } catch (ReflectiveOperationException | LinkageError e) {
      return Optional.empty();
    }
  }
}
