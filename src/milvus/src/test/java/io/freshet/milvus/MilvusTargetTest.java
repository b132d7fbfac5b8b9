package io.freshet.milvus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MilvusTargetTest {
  private static final String SECRET = "root:hunter2";

  @Test
  void theTokenIsNotShown() {
    MilvusTarget target =
        MilvusTarget.of("http://localhost:19530", "vectors", 4, "l1").withToken(SECRET);
    assertFalse(target.toString().contains("hunter2"), target.toString());
    assertFalse(target.endpoint().toString().contains("hunter2"), target.endpoint().toString());
    assertEquals(SECRET, target.endpoint().token());
  }

  @Test
  void portsHaveDefaults() {
    Endpoint plain = MilvusTarget.of("http://host", "vectors", 4, "l1").endpoint();
    assertEquals(19530, plain.port());
    assertFalse(plain.tls());
    Endpoint tls = MilvusTarget.of("https://host/", "vectors", 4, "l1").endpoint();
    assertEquals(443, tls.port());
    assertTrue(tls.tls());
    assertEquals(1, MilvusTarget.of("http://host:1", "vectors", 4, "l1").endpoint().port());
  }

  @Test
  void hostsHaveAnyNameThatNetworksHave() {
    for (String host : List.of("milvus_standalone", "a-b.c", "127.0.0.1", "[::1]")) {
      Endpoint endpoint = MilvusTarget.of("http://" + host + ":7", "vectors", 4, "l1").endpoint();
      assertEquals(host, endpoint.host());
      assertEquals(7, endpoint.port());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:19530",
        "ftp://localhost",
        "http://",
        "http:// hunter2",
        "http://root:hunter2@host",
        "http://root:hunter2@my_host",
        "http://host:99999",
        "http://host/hunter2"
      })
  void aUriOfTheWrongFormIsRefusedAndNotRepeated(String uri) {
    FreshetException e =
        assertThrows(FreshetException.class, () -> MilvusTarget.of(uri, "vectors", 4, "l1"));
    assertEquals(FailureCategory.OPTION, e.category());
    assertFalse(e.getMessage().contains("hunter2"), e.getMessage());
  }

  @Test
  void aKeyFieldCannotBeAnExpression() {
    MilvusTarget target = MilvusTarget.of("http://host", "vectors", 4, "l1");
    assertThrows(FreshetException.class, () -> target.withKeyField("a in [] or b", 256));
    assertEquals("item_id", target.withKeyField("item_id", 64).keyField());
  }

  @ParameterizedTest
  @ValueSource(strings = {"User-ID", "1st", "", "naïve", "vector", "row_hash", "Timestamp", "In"})
  void aKeyFieldThatMilvusCannotHaveIsRefusedWithTheWayOut(String name) {
    MilvusTarget target = MilvusTarget.of("http://host", "vectors", 4, "l1");
    FreshetException refused =
        assertThrows(FreshetException.class, () -> target.withKeyField(name, 256));
    assertEquals(FailureCategory.OPTION, refused.category());
    assertTrue(refused.getMessage().contains("'" + name + "'"), refused.getMessage());
    assertTrue(refused.getMessage().contains("--keyField"), refused.getMessage());
  }
}
