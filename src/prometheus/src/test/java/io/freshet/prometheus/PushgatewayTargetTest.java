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
    "localhost:9091, http://localhost:9091, ",
    "http://push_gateway:9091, http://push_gateway:9091, ",
    "https://h/prefix, https://h/prefix, ",
    "[::1]:9091, http://[::1]:9091, ",
    "me:s3cret@h:1, http://h:1, me:s3cret",
    "http://me:a%40b%2F+%20@h:1/p, http://h:1/p, me:a@b/+ ",
    "http://me:a@b@h:1, http://h:1, me:a@b",
  })
  void theAddressMayComeInTheseForms(String address, String url, String credentials) {
    PushgatewayTarget target = PushgatewayTarget.of(address, "job", "direct");

    assertEquals(url, target.url().toString());
    assertEquals(Optional.ofNullable(credentials), target.credentials().map(String::strip));
    assertEquals(Duration.ofSeconds(5), target.interval());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "http://",
        "ftp://me:s3cret@h:1",
        "http://me:s3cret@h:port",
        "me:s3cret@",
        "http://me:s3cret@h o:1",
        "http://me:s3cr%et@h:1"
      })
  void anotherFormIsRefusedWithoutShowingThePassword(String address) {
    FreshetException e =
        assertThrows(FreshetException.class, () -> PushgatewayTarget.of(address, "job", "direct"));

    assertEquals(FailureCategory.OPTION, e.category());
    assertTrue(e.getMessage().contains("--pushgateway '"), e.getMessage());
    assertFalse(e.getMessage().contains("s3cr"), e.getMessage());
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
    PushgatewayTarget target = PushgatewayTarget.of("me:s3cret@h:1", "job", "direct");

    assertEquals("http://h:1 as job job, role direct, every PT5S", target.toString());
  }

  @Test
  void itTravelsToWorkersAndIsTheSameThere() {
    PushgatewayTarget target =
        PushgatewayTarget.of("me:s3cret@h:1", "job", "direct").withInterval(Duration.ofSeconds(1));

    assertEquals(target, SerializableUtils.clone(target));
    assertEquals(target.hashCode(), SerializableUtils.clone(target).hashCode());
    assertNotEquals(target, PushgatewayTarget.of("h:1", "job", "direct"));
  }
}
