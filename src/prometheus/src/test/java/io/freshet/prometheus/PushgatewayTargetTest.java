package io.freshet.prometheus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.time.Duration;
import java.util.Optional;
import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PushgatewayTargetTest {
  @ParameterizedTest
  @CsvSource({
    "localhost:9091, http://localhost:9091",
    "http://push_gateway:9091, http://push_gateway:9091",
    "https://h/prefix, https://h/prefix",
    "[::1]:9091, http://[::1]:9091",
  })
  void theAddressMayComeInTheseForms(String address, String url) {
    PushgatewayTarget target = PushgatewayTarget.of(address, "job", "direct");

    assertEquals(url, target.url().toString());
    assertEquals(Optional.empty(), target.credentials());
    assertEquals(Duration.ofSeconds(5), target.interval());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "http://",
        "ftp://h:1",
        "http://h:port",
        "http://h o:1",
      })
  void anotherFormIsRefused(String address) {
    FreshetException e =
        assertThrows(FreshetException.class, () -> PushgatewayTarget.of(address, "job", "direct"));

    assertEquals(FailureCategory.OPTION, e.category());
    assertTrue(e.getMessage().contains("--pushgateway '"), e.getMessage());
    assertNull(e.getCause());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "me:s3cret@h:1",
        "s3cret@h:1",
        "http://me:s3cret@h:1/p",
        "http://me:a%40s3cret@h:1",
        "http://me:s3cret%40h:1",
        "http://me:1/s3cret@h:1",
        "http://me:s3c/s3cret@h",
        "ftp://me:s3cret@h:1",
        "http://me:s3cret@h:port",
        "me:s3cret@",
        "http://me:s3cret@h o:1",
        "http://me:s3cr%et@h:1"
      })
  void credentialsInTheAddressAreRefusedWithoutShowingThem(String address) {
    FreshetException e =
        assertThrows(FreshetException.class, () -> PushgatewayTarget.of(address, "job", "direct"));

    assertEquals(FailureCategory.OPTION, e.category());
    assertTrue(e.getMessage().contains("PUSHGATEWAY_PASSWORD"), e.getMessage());
    assertTrue(e.getMessage().contains("--pushgatewayAuthFile"), e.getMessage());
    assertFalse(e.getMessage().contains("s3c"), e.getMessage());
    assertNull(e.getCause());
  }

  @Test
  void anEmptyJobNameIsRefused() {
    FreshetException e =
        assertThrows(FreshetException.class, () -> PushgatewayTarget.of("h:1", "", "direct"));

    assertTrue(e.getMessage().contains("--jobName"), e.getMessage());
  }

  @Test
  void thePasswordIsNotShown() {
    PushgatewayTarget target =
        PushgatewayTarget.of("h:1", "job", "direct").withCredentials("me:s3cret");

    assertEquals("http://h:1 as job job, role direct, every PT5S", target.toString());
  }

  @Test
  void itTravelsToWorkersAndIsTheSameThere() {
    PushgatewayTarget target =
        PushgatewayTarget.of("h:1", "job", "direct")
            .withCredentials("me:s3cret")
            .withInterval(Duration.ofSeconds(1));
    assertEquals(Optional.of("me:s3cret"), target.credentials());

    assertEquals(target, SerializableUtils.clone(target));
    assertEquals(target.hashCode(), SerializableUtils.clone(target).hashCode());
    assertNotEquals(target, PushgatewayTarget.of("h:1", "job", "direct"));
  }
}
