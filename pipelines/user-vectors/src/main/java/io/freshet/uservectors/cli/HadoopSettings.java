package io.freshet.uservectors.cli;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * {@code --hadoopConf}, which may come often: {@code --hadoopConf=KEY=VALUE} or {@code --hadoopConf
 * KEY=VALUE}; and {@code --hadoopConfFile}, which may, too. A setting of the command line counts
 * more than one of a file, and a later one more than one before it. Values may be secrets: no error
 * repeats one, and a secret is taken from a file only.
 *
 * @param values the settings among the arguments of a command, and in files that these name
 * @param files these files
 * @param otherArguments the arguments without them
 */
record HadoopSettings(Map<String, String> values, List<String> files, List<String> otherArguments) {
  static final String OPTION = "--hadoopConf";
  static final String FILE_OPTION = "--hadoopConfFile";

  /** No JSON, the quotes of which would hide where a value begins. */
  private static final Pattern NAME = Pattern.compile("[^\\s\"'{},]+");

  static HadoopSettings of(List<String> arguments) {
    Map<String, String> given = new LinkedHashMap<>();
    Map<String, String> values = new Names();
    List<String> files = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      String option = argument.replaceFirst("(?s)=.*", "");
      if (!option.equals(OPTION) && !option.equals(FILE_OPTION)) {
        others.add(argument);
        continue;
      }
      String value = "";
      if (argument.length() > option.length()) {
        value = argument.substring(option.length() + 1);
      } else if (++i < arguments.size()) {
        value = arguments.get(i);
      }
      if (option.equals(OPTION)) {
        add(given, value);
      } else {
        values.putAll(HadoopSettingsFile.read(value));
        files.add(value);
      }
    }
    values.putAll(given);
    return new HadoopSettings(values, files, others);
  }

  private static void add(Map<String, String> settings, String setting) {
    int equals = setting.indexOf('=');
    if (equals <= 0 || !NAME.matcher(setting.substring(0, equals)).matches()) {
      throw new FreshetException(
          FailureCategory.OPTION,
          OPTION + " takes KEY=VALUE, as in " + OPTION + "=fs.s3a.endpoint=http://host:9000");
    }
    String name = setting.substring(0, equals);
    String value = setting.substring(equals + 1);
    if (Secrets.isName(name) || Secrets.areIn(value)) {
      throw new FreshetException(
          FailureCategory.OPTION,
          "%s=%s=... is or holds a secret, and every user of this machine can read a command line; put the setting into a file and give that with %s=FILE (docs/security.md)"
              .formatted(OPTION, name, FILE_OPTION));
    }
    settings.put(name, value);
  }

  /** Settings that are printed by their names only, as Beam prints options. */
  private static final class Names extends TreeMap<String, String> {
    @Override
    public String toString() {
      return keySet().toString();
    }
  }
}
