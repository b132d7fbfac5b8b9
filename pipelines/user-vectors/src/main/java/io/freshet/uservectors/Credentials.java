package io.freshet.uservectors;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.util.Map;
import java.util.Optional;

/**
 * Where credentials come from: a file that an option names, else the environment. Never an option's
 * value, which every user of the machine can read.
 */
final class Credentials {
  private Credentials() {}

  /** Milvus's token; empty for a server without authentication. */
  static String milvusToken(Optional<String> file, Map<String, String> environment) {
    return file.map(path -> SecretFile.line("--milvusTokenFile", path))
        .orElseGet(() -> environment.getOrDefault("MILVUS_TOKEN", ""));
  }

  /** The Pushgateway's {@code user:password}; empty for one without authentication. */
  static String pushgateway(Optional<String> file, Map<String, String> environment) {
    if (file.isPresent()) {
      String line = SecretFile.line("--pushgatewayAuthFile", file.get());
      if (line.indexOf(':') <= 0) {
        throw SecretFile.refusal(
            "--pushgatewayAuthFile", file.get(), "must hold one line, user:password");
      }
      return line;
    }
    String user = environment.getOrDefault("PUSHGATEWAY_USER", "");
    String password = environment.getOrDefault("PUSHGATEWAY_PASSWORD", "");
    if (user.isEmpty() && password.isEmpty()) {
      return "";
    }
    if (user.isEmpty() || password.isEmpty()) {
      throw new FreshetException(
          FailureCategory.OPTION,
          "Of PUSHGATEWAY_USER and PUSHGATEWAY_PASSWORD only one is set; set both, or none");
    }
    return user + ":" + password;
  }
}
