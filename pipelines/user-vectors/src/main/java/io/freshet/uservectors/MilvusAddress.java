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
    return set(environment, "MILVUS_URI")
        .orElseGet(
            () ->
                "http://"
                    + set(environment, "MILVUS_HOST").map(MilvusAddress::host).orElse("localhost")
                    + ":"
                    + set(environment, "MILVUS_PORT").orElse("19530"));
  }

  /** An IPv6 address stands in brackets where a port follows. */
  private static String host(String name) {
    return name.contains(":") && !name.startsWith("[") ? "[" + name + "]" : name;
  }

  /** An empty variable counts as none. */
  private static Optional<String> set(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }
}
