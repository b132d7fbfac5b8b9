package io.freshet.uservectors;

import java.util.Map;
import java.util.Optional;

/** Finds Milvus as its other clients do. */
final class MilvusAddress {
  private MilvusAddress() {}

  /** The option, else MILVUS_URI, else MILVUS_HOST and MILVUS_PORT, else the local default. */
  static String resolve(Optional<String> option, Map<String, String> environment) {
    if (option.isPresent()) {
      return option.get();
    }
    if (isSet(environment, "MILVUS_URI")) {
      return environment.get("MILVUS_URI");
    }
    if (isSet(environment, "MILVUS_HOST") || isSet(environment, "MILVUS_PORT")) {
      return "http://"
          + environment.getOrDefault("MILVUS_HOST", "localhost")
          + ":"
          + environment.getOrDefault("MILVUS_PORT", "19530");
    }
    return "http://localhost:19530";
  }

  private static boolean isSet(Map<String, String> environment, String name) {
    return !environment.getOrDefault(name, "").isEmpty();
  }
}
