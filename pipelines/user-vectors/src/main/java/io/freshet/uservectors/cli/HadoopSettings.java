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
 */
final class HadoopSettings {
  private static final String OPTION = "--hadoopConf";

  private HadoopSettings() {}

  /** The settings among the arguments of a command. */
  static Map<String, String> of(List<String> arguments) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i).startsWith(OPTION + "=")) {
        add(settings, arguments.get(i).substring(OPTION.length() + 1));
      } else if (arguments.get(i).equals(OPTION)) {
        i++;
        add(settings, i < arguments.size() ? arguments.get(i) : "");
      }
    }
    return settings;
  }

  /** The arguments without the settings. */
  static List<String> takenFrom(List<String> arguments) {
    List<String> others = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i).equals(OPTION)) {
        i++;
      } else if (!arguments.get(i).startsWith(OPTION + "=")) {
        others.add(arguments.get(i));
      }
    }
    return others;
  }

  private static void add(Map<String, String> settings, String setting) {
    int equals = setting.indexOf('=');
    if (equals <= 0) {
      throw new FreshetException(
          FailureCategory.OPTION,
          "--hadoopConf takes KEY=VALUE, as in --hadoopConf=fs.s3a.endpoint=http://host:9000");
    }
    settings.put(setting.substring(0, equals), setting.substring(equals + 1));
  }
}
