package io.freshet.delta.table;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RetentionTest {
  private static final String LOG = "delta.logRetentionDuration";
  private static final String FILES = "delta.deletedFileRetentionDuration";

  @Test
  void shorterOfBothCounts() {
    assertEquals(Duration.ofDays(7), Retention.of(Map.of()));
    assertEquals(Duration.ofDays(2), Retention.of(Map.of(LOG, "interval 2 days")));
    assertEquals(
        Duration.ofDays(30), Retention.of(Map.of(FILES, "interval 60 days")), "the log's default");
    assertEquals(
        Duration.ofHours(1),
        Retention.of(Map.of(LOG, "interval 3 days", FILES, "interval 1 hour")));
  }

  @Test
  void intervalsAreReadAsSparkWritesThem() {
    assertEquals(
        Duration.ofDays(9).plusHours(3),
        Retention.of(Map.of(FILES, "INTERVAL 1 week 2 days 3 hours", LOG, "interval 99 days")));
    assertEquals(Duration.ofMillis(1500), Retention.of(Map.of(LOG, "1 second 500 milliseconds")));
    assertEquals(Duration.ZERO, Retention.of(Map.of(FILES, "interval 0 seconds")));
  }

  @Test
  void whatIsNotUnderstoodCountsAsTheDefault() {
    for (String odd :
        new String[] {"", "interval", "soon", "interval 1 month", "interval 1 day x"}) {
      assertEquals(Duration.ofDays(7), Retention.of(Map.of(FILES, odd)), odd);
    }
  }
}
