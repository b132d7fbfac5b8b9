package io.freshet.uservectors.cli;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The options of a command that runs no pipeline.
 *
 * @param values by name
 * @param hadoopConf those of {@code --hadoopConf} and {@code --hadoopConfFile}
 */
record PlainOptions(Map<String, String> values, Map<String, String> hadoopConf) {
  /**
   * Parses arguments.
   *
   * @param known the options that there are, as in {@code --table=URI}
   * @throws FreshetException {@link FailureCategory#OPTION} for another one, or one that comes
   *     twice
   */
  static PlainOptions parse(List<String> arguments, String... known) {
    HadoopSettings hadoop = HadoopSettings.of(arguments);
    Map<String, String> values = new HashMap<>();
    for (String argument : hadoop.otherArguments()) {
      int equals = argument.indexOf('=');
      String prefix = argument.substring(0, equals + 1);
      if (equals < 0 || List.of(known).stream().noneMatch(option -> option.startsWith(prefix))) {
        throw new FreshetException(
            FailureCategory.OPTION,
            "Unknown option %s; this command has %s, %s=KEY=VALUE and %s=FILE"
                .formatted(
                    Secrets.masked(argument),
                    String.join(", ", known),
                    HadoopSettings.OPTION,
                    HadoopSettings.FILE_OPTION));
      }
      String name = argument.substring("--".length(), equals);
      if (values.put(name, argument.substring(equals + 1)) != null) {
        throw new FreshetException(FailureCategory.OPTION, "--" + name + " is given twice");
      }
    }
    return new PlainOptions(values, hadoop.values());
  }

  Optional<String> get(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /** A value that must be there. */
  String required(String name) {
    return required(name, values.get(name));
  }

  /** The address of a table or a ledger, which must be there and hold no credentials. */
  static String required(String name, String value) {
    if (value == null || value.isEmpty()) {
      throw new FreshetException(FailureCategory.OPTION, "--" + name + " is required");
    }
    if (Secrets.areIn(value)) {
      throw new FreshetException(
          FailureCategory.OPTION,
          "--%s holds credentials, and every user of this machine can read a command line; leave them out of the address and put them into a file for %s=FILE (docs/security.md)"
              .formatted(name, HadoopSettings.FILE_OPTION));
    }
    return value;
  }
}
