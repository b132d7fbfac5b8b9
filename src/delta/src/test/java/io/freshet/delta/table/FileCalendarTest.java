package io.freshet.delta.table;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileCalendarTest {
  private static final String VERSION = "org.apache.spark.version";
  private static final String OLDER = "org.apache.spark.legacyDateTime";
  private static final String OLDER_INT96 = "org.apache.spark.legacyINT96";

  @ParameterizedTest
  @CsvSource({
    "2.4.8, false, false, true, true",
    "3.0.3, false, false, false, true",
    "3.0.3, true, false, true, true",
    "3.1.0, false, false, false, false",
    "3.5.6, true, false, true, false",
    "3.5.6, false, true, false, true",
    ", true, true, false, false",
  })
  void theFooterSaysWhatAFileCountsBy(
      String version, boolean older, boolean olderInt96, boolean micros, boolean int96) {
    Map<String, String> footer = new HashMap<>();
    if (version != null) {
      footer.put(VERSION, version);
    }
    if (older) {
      footer.put(OLDER, "");
    }
    if (olderInt96) {
      footer.put(OLDER_INT96, "");
    }
    FileCalendar calendar = FileCalendar.of(footer);
    assertEquals(micros, calendar.olderDates());
    assertEquals(micros, calendar.olderMicros());
    assertEquals(int96, calendar.olderInt96());
    assertEquals("UTC", calendar.zone().getID());
  }

  @Test
  void hiveSaysItOfDates() {
    assertEquals(
        LocalDate.of(1500, 2, 10),
        LocalDate.ofEpochDay(
            FileCalendar.of(Map.of("writer.date.proleptic", "false")).epochDay(-171_615)));
    assertEquals(FileCalendar.PROLEPTIC, FileCalendar.of(Map.of("writer.date.proleptic", "true")));
  }

  /** Days that Spark's own writer stores: the file's number, and the date's name. */
  @ParameterizedTest
  @CsvSource({
    "-719164, 0001-01-01",
    "-719165, 0000-12-31",
    "-171616, 1500-02-09",
    "-354226, 1000-02-24",
    // A day that the new calendar lacks: the one after it.
    "-354221, 1000-03-01",
    "-354220, 1000-03-01",
    "-141428, 1582-10-04",
    "-141427, 1582-10-15",
    "0, 1970-01-01",
    "2932896, 9999-12-31",
  })
  void daysOfTheOlderCalendarKeepTheirNames(int stored, String date) {
    FileCalendar older = FileCalendar.of(Map.of(VERSION, "2.4.8"));
    assertEquals(date, LocalDate.ofEpochDay(older.epochDay(stored)).toString());
    assertEquals(stored, FileCalendar.PROLEPTIC.epochDay(stored));
  }

  /** Times of day stay, in the time zone of the footer; before 1900 its offset may be another. */
  @ParameterizedTest
  @CsvSource({
    "UTC, 0001-01-01T00:00:00.000001Z, 0000-12-30T00:00:00.000001Z",
    "UTC, 9999-12-31T23:59:59Z, 9999-12-31T23:59:59Z",
    "America/Los_Angeles, 1582-10-04T07:52:58Z, 1582-10-14T08:00:00Z",
    "America/Los_Angeles, 1900-01-01T00:00:00Z, 1900-01-01T00:00:00Z",
    // Computed, for the time zone is in no table.
    "GMT+05:30, 1500-02-11T00:00:00.000001Z, 1500-02-20T00:00:00.000001Z",
    // Of versions of Java that know more of this zone's past it would be an hour earlier.
    "Asia/Almaty, 0001-12-31T18:52:12Z, 0001-12-29T18:00:00Z",
    // Before the table begins: year 1.
    "UTC, -0099-02-27T12:00:00Z, -0099-02-25T12:00:00Z"
  })
  void timesOfTheOlderCalendarKeepTheirNames(String zone, Instant named, Instant stored) {
    FileCalendar older =
        FileCalendar.of(
            Map.of(
                VERSION, "3.5.6", OLDER, "", OLDER_INT96, "", "org.apache.spark.timeZone", zone));
    assertEquals(named, instant(older.micros(micros(stored))));
    assertEquals(named, instant(older.int96Micros(micros(stored))));
  }

  private static long micros(Instant instant) {
    return FileCalendar.microsOf(instant);
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
