package io.freshet.uservectors.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** That a signal makes the request is tested with a real process, in {@code runners/direct}. */
final class StopRequestTest {
  @Test
  void nobodyHasAskedAtFirst() {
    StopRequest request = new StopRequest();

    assertFalse(request.isMade());
    assertFalse(request.await(Duration.ofMillis(1)));
  }
}
