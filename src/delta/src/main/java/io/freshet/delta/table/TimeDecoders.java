package io.freshet.delta.table;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.logicaltypes.MicrosInstant;
import org.apache.beam.sdk.schemas.logicaltypes.SqlTypes;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * Decoders of dates and timestamps. An instant is never taken for a local time: which one it is
 * depends on a time zone that nobody states. A local time under a {@code timestamp} is taken to be
 * UTC, as Spark does: older writers left the mark of UTC out.
 */
final class TimeDecoders {
  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final long NANOS_PER_MICRO = 1_000;
  private static final long MICROS_PER_DAY = 86_400 * MICROS_PER_SECOND;

  /** The Julian day of 1970-01-01. */
  private static final long JULIAN_EPOCH_DAY = 2_440_588;

  private TimeDecoders() {}

  /**
   * The decoder, or empty if the stored type does not fit.
   *
   * @param outOfRange the failure for a value, as text, of more than 64 bits of microseconds
   */
  static Optional<ValueDecoder> of(
      PrimitiveType stored,
      FieldType wanted,
      FileCalendar calendar,
      Function<String, RuntimeException> outOfRange) {
    String identifier = wanted.getLogicalType().getIdentifier();
    if (identifier.equals(MicrosInstant.IDENTIFIER)) {
      return instant(stored, calendar, outOfRange);
    }
    if (identifier.equals(SqlTypes.DATETIME.getIdentifier())) {
      return isDate(stored)
          ? Optional.of(
              ValueDecoder.ints(day -> LocalDate.ofEpochDay(calendar.epochDay(day)).atStartOfDay()))
          : local(stored, outOfRange);
    }
    return identifier.equals(SqlTypes.DATE.getIdentifier()) && isDate(stored)
        ? Optional.of(ValueDecoder.ints(day -> LocalDate.ofEpochDay(calendar.epochDay(day))))
        : Optional.empty();
  }

  private static boolean isDate(PrimitiveType stored) {
    return stored.getPrimitiveTypeName() == PrimitiveTypeName.INT32
        && stored.getLogicalTypeAnnotation() instanceof DateLogicalTypeAnnotation;
  }

  private static Optional<ValueDecoder> instant(
      PrimitiveType stored, FileCalendar calendar, Function<String, RuntimeException> outOfRange) {
    if (stored.getPrimitiveTypeName() == PrimitiveTypeName.INT96) {
      return Optional.of(
          ValueDecoder.binaries(
              value -> instantOf(calendar.int96Micros(int96Micros(value, outOfRange)))));
    }
    return timestamp(stored)
        .map(annotation -> toMicros(annotation, outOfRange))
        .map(
            toMicros ->
                ValueDecoder.longs(
                    value -> instantOf(calendar.micros(toMicros.applyAsLong(value)))));
  }

  /** Local times are of no calendar but the new one: Spark has had them since 3.3. */
  private static Optional<ValueDecoder> local(
      PrimitiveType stored, Function<String, RuntimeException> outOfRange) {
    return timestamp(stored)
        .filter(annotation -> !annotation.isAdjustedToUTC())
        .map(annotation -> toMicros(annotation, outOfRange))
        .map(toMicros -> ValueDecoder.longs(value -> localOf(toMicros.applyAsLong(value))));
  }

  private static Optional<TimestampLogicalTypeAnnotation> timestamp(PrimitiveType stored) {
    return stored.getPrimitiveTypeName() == PrimitiveTypeName.INT64
            && stored.getLogicalTypeAnnotation() instanceof TimestampLogicalTypeAnnotation known
        ? Optional.of(known)
        : Optional.empty();
  }

  private static LongUnaryOperator toMicros(
      TimestampLogicalTypeAnnotation annotation, Function<String, RuntimeException> outOfRange) {
    return switch (annotation.getUnit()) {
      case MILLIS ->
          value -> {
            try {
              return Math.multiplyExact(value, 1_000L);
            } catch (ArithmeticException e) {
              throw outOfRange.apply(value + " ms since 1970"); // Its message says no more.
            }
          };
      case MICROS -> LongUnaryOperator.identity();
      // Delta's timestamps have microseconds; what is finer is cut off, as Spark does.
      case NANOS -> value -> Math.floorDiv(value, NANOS_PER_MICRO);
    };
  }

  /** Twelve bytes, little endian: nanoseconds of the day, then the Julian day. */
  private static long int96Micros(Binary value, Function<String, RuntimeException> outOfRange) {
    ByteBuffer bytes = value.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    long nanosOfDay = bytes.getLong(bytes.position());
    long day = bytes.getInt(bytes.position() + Long.BYTES) - JULIAN_EPOCH_DAY;
    try {
      return Math.addExact(
          Math.multiplyExact(day, MICROS_PER_DAY), Math.floorDiv(nanosOfDay, NANOS_PER_MICRO));
    } catch (ArithmeticException e) {
      throw outOfRange.apply("day " + day + " since 1970"); // Its message says no more.
    }
  }

  private static Instant instantOf(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, MICROS_PER_SECOND),
        Math.floorMod(micros, MICROS_PER_SECOND) * NANOS_PER_MICRO);
  }

  private static LocalDateTime localOf(long micros) {
    return LocalDateTime.ofEpochSecond(
        Math.floorDiv(micros, MICROS_PER_SECOND),
        (int) (Math.floorMod(micros, MICROS_PER_SECOND) * NANOS_PER_MICRO),
        ZoneOffset.UTC);
  }
}
