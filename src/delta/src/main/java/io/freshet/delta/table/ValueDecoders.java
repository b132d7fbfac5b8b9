package io.freshet.delta.table;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.logicaltypes.FixedPrecisionNumeric;
import org.apache.beam.sdk.schemas.logicaltypes.MicrosInstant;
import org.apache.beam.sdk.schemas.logicaltypes.SqlTypes;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * Finds the decoder of a column from how it is stored and how the table declares it. A stored type
 * that is narrower than the declared one fits (Delta protocol, section <i>Type Widening</i>); a
 * wider one does not.
 */
final class ValueDecoders {
  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final long NANOS_PER_MICRO = 1_000;
  private static final long MICROS_PER_DAY = 86_400 * MICROS_PER_SECOND;

  /** The Julian day of 1970-01-01. */
  private static final long JULIAN_EPOCH_DAY = 2_440_588;

  private ValueDecoders() {}

  /** The decoder, or empty if the stored type does not fit. */
  static Optional<ValueDecoder> of(PrimitiveType stored, FieldType wanted) {
    PrimitiveTypeName physical = stored.getPrimitiveTypeName();
    return Optional.ofNullable(
        switch (wanted.getTypeName()) {
          case STRING ->
              physical == PrimitiveTypeName.BINARY
                  ? ValueDecoder.binaries(Binary::toStringUsingUTF8)
                  : null;
          case BYTES -> isBinary(physical) ? ValueDecoder.bytes() : null;
          case BOOLEAN -> physical == PrimitiveTypeName.BOOLEAN ? ValueDecoder.booleans() : null;
          case BYTE -> physical == PrimitiveTypeName.INT32 ? ofByte() : null;
          case INT16 -> physical == PrimitiveTypeName.INT32 ? ofShort() : null;
          case INT32 ->
              physical == PrimitiveTypeName.INT32 ? ValueDecoder.ints(Integer::valueOf) : null;
          case INT64 -> int64(physical);
          case FLOAT -> physical == PrimitiveTypeName.FLOAT ? ValueDecoder.floats(false) : null;
          case DOUBLE -> float64(physical);
          case LOGICAL_TYPE -> logical(stored, wanted);
          default -> null;
        });
  }

  private static boolean isBinary(PrimitiveTypeName physical) {
    return physical == PrimitiveTypeName.BINARY
        || physical == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
  }

  private static ValueDecoder ofByte() {
    return ValueDecoder.ints(value -> (byte) within(value, Byte.MIN_VALUE, Byte.MAX_VALUE));
  }

  private static ValueDecoder ofShort() {
    return ValueDecoder.ints(value -> (short) within(value, Short.MIN_VALUE, Short.MAX_VALUE));
  }

  /** Parquet stores small whole numbers as bigger ones. */
  private static int within(int value, int least, int most) {
    if (value < least || value > most) {
      throw new ArithmeticException(value + " is not from " + least + " to " + most);
    }
    return value;
  }

  private static ValueDecoder int64(PrimitiveTypeName physical) {
    return switch (physical) {
      case INT32 -> ValueDecoder.ints(value -> (long) value);
      case INT64 -> ValueDecoder.longs(Long::valueOf);
      default -> null;
    };
  }

  private static ValueDecoder float64(PrimitiveTypeName physical) {
    return switch (physical) {
      case INT32 -> ValueDecoder.ints(value -> (double) value);
      case FLOAT -> ValueDecoder.floats(true);
      case DOUBLE -> ValueDecoder.doubles();
      default -> null;
    };
  }

  private static ValueDecoder decimal(PrimitiveType stored, int wantedScale) {
    // Without the annotation it is a whole number that became a decimal column by widening.
    int scale =
        stored.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation decimal
            ? decimal.getScale()
            : 0;
    if (scale > wantedScale) {
      return null;
    }
    return switch (stored.getPrimitiveTypeName()) {
      case INT32 ->
          ValueDecoder.ints(value -> BigDecimal.valueOf(value, scale).setScale(wantedScale));
      case INT64 ->
          ValueDecoder.longs(value -> BigDecimal.valueOf(value, scale).setScale(wantedScale));
      case BINARY, FIXED_LEN_BYTE_ARRAY ->
          stored.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation
              ? ValueDecoder.binaries(
                  value ->
                      new BigDecimal(new BigInteger(value.getBytesUnsafe()), scale)
                          .setScale(wantedScale))
              : null;
      default -> null;
    };
  }

  private static ValueDecoder logical(PrimitiveType stored, FieldType wanted) {
    String identifier = wanted.getLogicalType().getIdentifier();
    if (identifier.equals(FixedPrecisionNumeric.IDENTIFIER)) {
      return decimal(stored, DeltaSchemas.scale(wanted));
    }
    if (identifier.equals(MicrosInstant.IDENTIFIER)) {
      return timestamp(stored, ValueDecoders::instant);
    }
    if (identifier.equals(SqlTypes.DATETIME.getIdentifier())) {
      return isDate(stored)
          ? ValueDecoder.ints(day -> LocalDate.ofEpochDay(day).atStartOfDay())
          : timestamp(stored, ValueDecoders::dateTime);
    }
    if (identifier.equals(SqlTypes.DATE.getIdentifier())) {
      return isDate(stored) ? ValueDecoder.ints(LocalDate::ofEpochDay) : null;
    }
    return null;
  }

  private static boolean isDate(PrimitiveType stored) {
    return stored.getPrimitiveTypeName() == PrimitiveTypeName.INT32
        && stored.getLogicalTypeAnnotation() instanceof DateLogicalTypeAnnotation;
  }

  private static ValueDecoder timestamp(PrimitiveType stored, ValueDecoder.OfLong ofMicros) {
    return switch (stored.getPrimitiveTypeName()) {
      case INT96 -> ValueDecoder.binaries(value -> ofMicros.decode(int96Micros(value)));
      case INT64 ->
          switch (unit(stored)) {
            case MILLIS ->
                ValueDecoder.longs(value -> ofMicros.decode(Math.multiplyExact(value, 1_000L)));
            case MICROS -> ValueDecoder.longs(ofMicros);
            // Delta's timestamps have microseconds; what is finer is cut off, as Spark does.
            case NANOS ->
                ValueDecoder.longs(value -> ofMicros.decode(Math.floorDiv(value, NANOS_PER_MICRO)));
          };
      default -> null;
    };
  }

  private static TimeUnit unit(PrimitiveType stored) {
    LogicalTypeAnnotation annotation = stored.getLogicalTypeAnnotation();
    return annotation instanceof TimestampLogicalTypeAnnotation timestamp
        ? timestamp.getUnit()
        : TimeUnit.MICROS;
  }

  /** Twelve bytes, little endian: nanoseconds of the day, then the Julian day. */
  private static long int96Micros(Binary value) {
    ByteBuffer bytes = value.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    long nanosOfDay = bytes.getLong(bytes.position());
    long day = bytes.getInt(bytes.position() + Long.BYTES) - JULIAN_EPOCH_DAY;
    return Math.addExact(
        Math.multiplyExact(day, MICROS_PER_DAY), Math.floorDiv(nanosOfDay, NANOS_PER_MICRO));
  }

  private static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, MICROS_PER_SECOND),
        Math.floorMod(micros, MICROS_PER_SECOND) * NANOS_PER_MICRO);
  }

  private static LocalDateTime dateTime(long micros) {
    return LocalDateTime.ofEpochSecond(
        Math.floorDiv(micros, MICROS_PER_SECOND),
        (int) (Math.floorMod(micros, MICROS_PER_SECOND) * NANOS_PER_MICRO),
        ZoneOffset.UTC);
  }
}
