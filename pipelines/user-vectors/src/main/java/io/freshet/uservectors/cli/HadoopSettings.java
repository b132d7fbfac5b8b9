package io.freshet.uservectors.cli;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code --hadoopConf}, which may come often: {@code --hadoopConf=KEY=VALUE} or {@code --hadoopConf
 * KEY=VALUE}. Values may be secrets: no error repeats one.
 *
 * @param values the settings among the arguments of a command
 * @param otherArguments the arguments without them
 */
record HadoopSettings(Map<String, String> values, List<String> otherArguments) {
  static final String OPTION = "--hadoopConf";

  static HadoopSettings of(List<String> arguments) {
    Map<String, String> values = new LinkedHashMap<>();
    List<String> others = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i).startsWith(OPTION + "=")) {
        add(values, arguments.get(i).substring(OPTION.length() + 1));
      } else if (arguments.get(i).equals(OPTION)) {
        i++;
        add(values, i < arguments.size() ? arguments.get(i) : "");
      } else {
        others.add(arguments.get(i));
      }
    }
    return new HadoopSettings(values, others);
  }

  private static void add(Map<String, String> settings, String setting) {
    int equals = setting.indexOf('=');
    if (equals <= 0) {
      throw new FreshetException(
          FailureCategory.OPTION,
          OPTION + " takes KEY=VALUE, as in " + OPTION + "=fs.s3a.endpoint=http://host:9000");
    }
    settings.put(setting.substring(0, equals), setting.substring(equals + 1));
  }
}
