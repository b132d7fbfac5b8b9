package io.freshet.uservectors;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class MilvusAddressTest {
  private static final Map<String, String> ALL =
      Map.of("MILVUS_URI", "https://uri:1", "MILVUS_HOST", "host", "MILVUS_PORT", "2");

  @Test
  void optionWinsOverTheEnvironment() {
    assertEquals("http://option:3", MilvusAddress.resolve(Optional.of("http://option:3"), ALL));
  }

  @Test
  void uriWinsOverHostAndPort() {
    assertEquals("https://uri:1", of(ALL));
  }

  @Test
  void hostAndPortEachHaveADefault() {
    assertEquals("http://host:2", of(Map.of("MILVUS_HOST", "host", "MILVUS_PORT", "2")));
    assertEquals("http://host:19530", of(Map.of("MILVUS_HOST", "host")));
    assertEquals("http://localhost:2", of(Map.of("MILVUS_PORT", "2")));
  }

  @Test
  void addressOfIpv6IsBracketed() {
    assertEquals("http://[::1]:2", of(Map.of("MILVUS_HOST", "::1", "MILVUS_PORT", "2")));
    assertEquals("http://[::1]:19530", of(Map.of("MILVUS_HOST", "[::1]")));
  }

  @Test
  void emptyVariablesCountAsUnset() {
    assertEquals(
        "http://host:19530",
        of(Map.of("MILVUS_URI", "", "MILVUS_HOST", "host", "MILVUS_PORT", "")));
    assertEquals("http://localhost:2", of(Map.of("MILVUS_HOST", "", "MILVUS_PORT", "2")));
  }

  @Test
  void defaultIsTheLocalServer() {
    assertEquals("http://localhost:19530", of(Map.of()));
  }

  private static String of(Map<String, String> environment) {
    return MilvusAddress.resolve(Optional.empty(), environment);
  }
}
