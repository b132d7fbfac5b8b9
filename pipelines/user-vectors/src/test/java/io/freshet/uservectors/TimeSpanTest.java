package io.freshet.uservectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TimeSpanTest {
  @ParameterizedTest
  @CsvSource({
    "0s, PT0S",
    "1ms, PT0.001S",
    "200ms, PT0.2S",
    "5s, PT5S",
    "90s, PT1M30S",
    "2m, PT2M",
    "1h, PT1H",
    "48h, PT48H",
    "999999999s, PT277777H46M39S"
  })
  void textIsReadAndWrittenBack(String text, String duration) {
    TimeSpan span = TimeSpan.parse(text);

    assertEquals(Duration.parse(duration), span.duration());
    assertEquals(span, TimeSpan.parse(span.toString()));
  }

  @ParameterizedTest
  @CsvSource({"1000ms, 1s", "1500ms, 1500ms", "120s, 2m", "3600s, 1h", "0ms, 0s", "60m, 1h"})
  void textIsTheShortest(String text, String shortest) {
    assertEquals(shortest, TimeSpan.parse(text).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "s", "5 s", "-5s", "5S", "1.5s", "1h30m", "10000000000s", "5d"})
  void otherFormsAreRefusedWithTheTextAndTheWayOut(String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> TimeSpan.parse(text)).getMessage();

    assertTrue(message.startsWith("'" + text + "'"), message);
    assertTrue(message.contains("200ms, 5s, 2m or 1h"), message);
  }

  @Test
  void spansAreEqualByTheirDuration() {
    assertEquals(TimeSpan.parse("120s"), TimeSpan.parse("2m"));
  }
}
