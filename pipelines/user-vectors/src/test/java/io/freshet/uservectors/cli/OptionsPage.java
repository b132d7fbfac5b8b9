package io.freshet.uservectors.cli;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.joining;

import io.freshet.uservectors.UserVectorsOptions;
import io.freshet.uservectors.VerifyOptions;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/** {@code docs/options.md}, made from the annotations of the options. */
final class OptionsPage {
  private static final String HEAD =
      """
      <!-- Generated from UserVectorsOptions; see "Options" in CONTRIBUTING.md. Do not edit. -->
      # Options of `./freshet run`

      Written as `--name=value`. Durations are `200ms`, `5s`, `2m` or `1h`; sizes are `4096B`, `512kB`, `64MB` or `1GB`, by powers of 1024.

      | option | default | what it is |
      | --- | --- | --- |
      """;

  private static final String VERIFY =
      """

      # More options of `./freshet verify`

      | option | default | what it is |
      | --- | --- | --- |
      """;

  private OptionsPage() {}

  private static String verifyLines() {
    return Arrays.stream(VerifyOptions.class.getDeclaredMethods())
        .filter(method -> method.getParameterCount() == 0 && !method.isSynthetic())
        .sorted(comparing(OptionsPage::name))
        .map(getter -> line(name(getter), defaultOf(getter), description(getter)))
        .collect(joining());
  }

  /** The getters of all options but Beam's own, in the order of their names. */
  static List<Method> getters() {
    return Arrays.stream(UserVectorsOptions.class.getDeclaredMethods())
        .filter(method -> method.getParameterCount() == 0 && !method.isSynthetic())
        .sorted(comparing(OptionsPage::name))
        .toList();
  }

  /** The option's name, as it is typed after {@code --}. */
  static String name(Method getter) {
    String name = getter.getName().replaceFirst("^(get|is)", "");
    return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
  }

  /** The whole page. */
  static String text() {
    List<String> lines = new ArrayList<>();
    for (Method getter : getters()) {
      lines.add(line(name(getter), defaultOf(getter), description(getter)));
    }
    lines.add(
        line(
            "jobName",
            Options.DEFAULT_JOB_NAME,
            "The pipeline's name: the label `job` of its metrics."));
    lines.add(
        line(
            "runner",
            "DirectRunner",
            "Beam's runner. `DirectRunner`: one process, for local work. `SparkRunner`: Spark, with its"
                + " own options `--sparkMaster` (`local[*]`), `--batchIntervalMillis` (500) and those"
                + " of docs/spark.md."));
    lines.sort(String::compareTo);
    return HEAD + String.join("", lines) + VERIFY + verifyLines();
  }

  private static String description(Method getter) {
    Description description = getter.getAnnotation(Description.class);
    if (description == null || description.value().isEmpty()) {
      throw new AssertionError("--" + name(getter) + " has no description");
    }
    return description.value();
  }

  private static String line(String name, String defaultValue, String description) {
    return "| `--%s` | %s | %s |\n"
        .formatted(
            name,
            defaultValue.isEmpty() ? "" : "`" + defaultValue + "`",
            description.replace("|", "\\|").replace("<", "&lt;"));
  }

  /** The default as it would be typed; empty if there is none. */
  private static String defaultOf(Method getter) {
    try {
      Object value = getter.invoke(PipelineOptionsFactory.as(VerifyOptions.class));
      return value == null ? "" : value.toString();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("Cannot call a getter of the options", e);
    }
  }
}
