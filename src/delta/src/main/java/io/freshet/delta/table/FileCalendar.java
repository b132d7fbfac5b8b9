package io.freshet.delta.table;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoField;
import java.time.zone.ZoneOffsetTransition;
import java.util.Calendar;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;

/**
 * What the dates and timestamps of a data file count by: the proleptic Gregorian calendar, as Delta
 * has it, or the older one, Julian before 1582-10-15, of Spark 2.4 and of jobs that ask for it
 * ({@code spark.sql.parquet.datetimeRebaseModeInWrite=LEGACY}). Values of the older one name the
 * same day and time of day in the new one, as Spark 3.5 reads them.
 *
 * <p>The file's footer says which: Spark states its version, the older calendar where it is a newer
 * version's, and the time zone, without which Spark takes that of its JVM, and this takes UTC: what
 * is read does not depend on where it is read. Hive says it of dates alone. A file that says
 * nothing counts by the new one.
 *
 * @param olderDates whether dates are of the older calendar
 * @param olderMicros whether timestamps of 64 bits are
 * @param olderInt96 whether timestamps of 96 bits are
 * @param zone the time zone of the older timestamps
 */
record FileCalendar(boolean olderDates, boolean olderMicros, boolean olderInt96, TimeZone zone) {
  private static final String SPARK_VERSION = "org.apache.spark.version";
  private static final String SPARK_ZONE = "org.apache.spark.timeZone";
  private static final String SPARK_OLDER = "org.apache.spark.legacyDateTime";
  private static final String SPARK_OLDER_INT96 = "org.apache.spark.legacyINT96";
  private static final String HIVE_NEWER_DATES = "writer.date.proleptic";

  private static final long MICROS_PER_MILLI = 1_000;
  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final long NANOS_PER_MICRO = 1_000;
  private static final long MILLIS_PER_DAY = 86_400_000;

  private static final TimeZone UTC = TimeZone.getTimeZone("UTC");

  /** The new calendar. */
  static final FileCalendar PROLEPTIC = new FileCalendar(false, false, false, UTC);

  /** From here on the calendars are one. */
  private static final long ONE_FROM_DAY = LocalDate.of(1582, 10, 15).toEpochDay();

  /**
   * From here on their time zones are, too: before 1900 the older classes know no local mean times.
   */
  private static final long ONE_FROM_MICROS = microsOf(Instant.parse("1900-01-01T00:00:00Z"));

  /** What the key-value metadata of a file's footer says. */
  static FileCalendar of(Map<String, String> footer) {
    String version = footer.get(SPARK_VERSION);
    if (version == null) {
      boolean olderDates = "false".equals(footer.get(HIVE_NEWER_DATES));
      return olderDates ? new FileCalendar(true, false, false, UTC) : PROLEPTIC;
    }
    // Compared as texts, as Spark does.
    boolean older = version.compareTo("3.0.0") < 0 || footer.containsKey(SPARK_OLDER);
    boolean olderInt96 = version.compareTo("3.1.0") < 0 || footer.containsKey(SPARK_OLDER_INT96);
    String zone = footer.get(SPARK_ZONE);
    return new FileCalendar(
        older, older, olderInt96, zone == null ? UTC : TimeZone.getTimeZone(zone));
  }

  /** Days since 1970-01-01 in the new calendar, of what a file has stored. */
  long epochDay(int stored) {
    if (!olderDates || stored >= ONE_FROM_DAY) {
      return stored;
    }
    Calendar older = older(Math.multiplyExact((long) stored, MILLIS_PER_DAY), UTC);
    return sameDay(older).toEpochDay();
  }

  /** Microseconds since 1970 UTC in the new calendar, of what a file has stored in 64 bits. */
  long micros(long stored) {
    return olderMicros ? rebased(stored) : stored;
  }

  /** Microseconds since 1970 UTC in the new calendar, of what a file has stored in 96 bits. */
  long int96Micros(long stored) {
    return olderInt96 ? rebased(stored) : stored;
  }

  private long rebased(long stored) {
    if (stored >= ONE_FROM_MICROS) {
      return stored;
    }
    Optional<OlderTimes> known = OlderTimes.in(zone.getID());
    if (known.isPresent() && known.get().has(stored)) {
      return known.get().rebased(stored);
    }
    Calendar older = older(Math.floorDiv(stored, MICROS_PER_MILLI), zone);
    LocalDateTime local =
        sameDay(older)
            .atTime(
                older.get(Calendar.HOUR_OF_DAY),
                older.get(Calendar.MINUTE),
                older.get(Calendar.SECOND),
                (int) (Math.floorMod(stored, MICROS_PER_SECOND) * NANOS_PER_MICRO));
    return microsOf(inZone(local, older).toInstant());
  }

  private static Calendar older(long millis, TimeZone zone) {
    return new Calendar.Builder()
        .setCalendarType("gregory")
        .setTimeZone(zone)
        .setInstant(millis)
        .build();
  }

  /** The day of that name; where the new calendar lacks it (1000-02-29), the one after. */
  private static LocalDate sameDay(Calendar older) {
    return LocalDate.of(older.get(Calendar.YEAR), older.get(Calendar.MONTH) + 1, 1)
        .with(ChronoField.ERA, older.get(Calendar.ERA))
        .plusDays(older.get(Calendar.DAY_OF_MONTH) - 1);
  }

  /** Of a local time that comes twice, the one that was meant. */
  private static ZonedDateTime inZone(LocalDateTime local, Calendar older) {
    ZonedDateTime zoned = local.atZone(older.getTimeZone().toZoneId());
    ZoneOffsetTransition transition = zoned.getZone().getRules().getTransition(local);
    if (transition == null || !transition.isOverlap()) {
      return zoned;
    }
    Calendar dayAfter = (Calendar) older.clone();
    dayAfter.add(Calendar.DAY_OF_MONTH, 1);
    return older.get(Calendar.ZONE_OFFSET) == dayAfter.get(Calendar.ZONE_OFFSET)
            && older.get(Calendar.DST_OFFSET) == dayAfter.get(Calendar.DST_OFFSET)
        ? zoned.withLaterOffsetAtOverlap()
        : zoned;
  }

  /**
   * Microseconds since 1970. Not {@code ChronoUnit.between}, which counts nanoseconds: they
   * overflow before 1677.
   */
  static long microsOf(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), MICROS_PER_SECOND),
        instant.getNano() / NANOS_PER_MICRO);
  }
}
