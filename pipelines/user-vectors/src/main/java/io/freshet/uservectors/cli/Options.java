package io.freshet.uservectors.cli;

import static java.util.stream.Collectors.joining;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.uservectors.UserVectorsOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/** Parses the options of a command. */
final class Options {
  static final String DEFAULT_JOB_NAME = "freshet";

  private Options() {}

  /**
   * The options of {@code run}.
   *
   * @throws FreshetException as {@link #parse(List, Runner, Class)} does
   */
  static UserVectorsOptions parse(List<String> arguments, Runner runner) {
    return parse(arguments, runner, UserVectorsOptions.class);
  }

  /**
   * The options of a command that has those of {@code run} and more.
   *
   * @throws FreshetException {@link FailureCategory#OPTION} for an unknown option, a value that
   *     cannot be read, or a missing one
   */
  static <T extends UserVectorsOptions> T parse(
      List<String> arguments, Runner runner, Class<T> type) {
    List<String> withDefaults = new ArrayList<>();
    Map<String, String> defaults = new TreeMap<>(runner.defaults());
    defaults.put("jobName", DEFAULT_JOB_NAME);
    HadoopSettings hadoop = HadoopSettings.of(arguments);
    for (String argument : hadoop.otherArguments()) {
      if (argument.startsWith("--runner=")) {
        requireRunner(argument.substring("--runner=".length()), runner);
      } else {
        withDefaults.add(argument);
      }
      defaults.keySet().removeIf(name -> argument.startsWith("--" + name + "="));
    }
    defaults.forEach((name, value) -> withDefaults.add("--" + name + "=" + value));
    PipelineOptionsFactory.register(type);
    T options;
    try {
      options = PipelineOptionsFactory.fromArgs(withDefaults.toArray(new String[0])).as(type);
    } catch (IllegalArgumentException e) {
      throw refusal(withDefaults, type, e);
    }
    options.setHadoopConf(hadoop.values());
    options.setHadoopConfFile(hadoop.files());
    PlainOptions.required("table", options.getTable());
    PlainOptions.required("ledger", options.getLedger());
    runner.configure(options);
    return options;
  }

  /**
   * Beam does not always name the option: it is the one that is refused by itself, too, or that
   * comes twice.
   */
  private static FreshetException refusal(
      List<String> arguments,
      Class<? extends UserVectorsOptions> type,
      IllegalArgumentException e) {
    String offender =
        arguments.stream()
            .filter(argument -> !isAccepted(argument, type))
            .findFirst()
            .map(Secrets::masked)
            .or(() -> givenTwice(arguments))
            .orElseGet(() -> arguments.stream().map(Secrets::masked).collect(joining(" ")));
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String reason = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    if (arguments.stream().anyMatch(argument -> !Secrets.masked(argument).equals(argument))) {
      reason = "this is no option, or its value cannot be read"; // Beam's may repeat a secret.
    }
    return new FreshetException(
        FailureCategory.OPTION, offender + ": " + reason + " (see docs/options.md)", e);
  }

  private static Optional<String> givenTwice(List<String> arguments) {
    Map<String, String> first = new HashMap<>();
    for (String argument : arguments) {
      String other = first.putIfAbsent(argument.replaceFirst("=.*", ""), argument);
      if (other != null) {
        return Optional.of(Secrets.masked(other) + " and " + Secrets.masked(argument));
      }
    }
    return Optional.empty();
  }

  private static boolean isAccepted(String argument, Class<? extends UserVectorsOptions> type) {
    try {
      return PipelineOptionsFactory.fromArgs(argument).as(type) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static void requireRunner(String name, Runner runner) {
    if (!name.equals(runner.name())) {
      throw new FreshetException(
          FailureCategory.OPTION,
          Secrets.masked("--runner=" + name)
              + " is not there in this version; there is --runner="
              + runner.name());
    }
  }
}
