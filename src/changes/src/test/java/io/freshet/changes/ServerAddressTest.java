package io.freshet.changes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerAddressTest {
  @Test
  void hostsAreNamesOrAddresses() {
    assertEquals(
        Optional.of(new ServerAddress(false, "milvus_standalone-1.x", Optional.of(19530), "")),
        ServerAddress.parse("http://milvus_standalone-1.x:19530"));
    assertEquals(
        Optional.of(new ServerAddress(true, "h", Optional.empty(), "/a%20b/")),
        ServerAddress.parse("HTTPS://h/a%20b/"));
    ServerAddress six = ServerAddress.parse("http://[::1]:1").orElseThrow();
    assertEquals("[::1]", six.host());
    assertEquals("::1", six.bareHost());
    assertEquals("https://[::1]:1", six.withOtherScheme().toString());
  }

  @Test
  void aNameThatNoCertificateCanBeForIsRefusedWithTls() {
    ServerAddress plain = ServerAddress.parse("http://my_milvus:19530").orElseThrow();
    assertEquals(plain, plain.requireName());
    ServerAddress tls = ServerAddress.parse("https://my-milvus").orElseThrow();
    assertEquals(tls, tls.requireName());
    FreshetException e =
        assertThrows(
            FreshetException.class,
            ServerAddress.parse("https://my_milvus").orElseThrow()::requireName);
    assertEquals(FailureCategory.OPTION, e.category());
    assertTrue(e.getMessage().contains("https://my_milvus can never be proven"), e::getMessage);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "h:1",
        "http://",
        "http://:1",
        "http://h:",
        "http://h:0",
        "http://h:65536",
        "http://h:port",
        "http://h o",
        "http://user:secret@h",
        "http://user:secret@my_host",
        "http://h?a=b",
        "http://h#a",
        "ftp://h",
        "grpc://h:1",
        "http:h"
      })
  void otherFormsAreNone(String text) {
    assertEquals(Optional.empty(), ServerAddress.parse(text));
  }
}
