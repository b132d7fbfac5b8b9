package io.freshet.delta.table;

import io.freshet.changes.DeltaTypes;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.logicaltypes.FixedPrecisionNumeric;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.BsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * Finds the decoder of a column from how it is stored and how the table declares it. How it is
 * stored is the physical type <i>and</i> its annotation (Parquet's <i>LogicalTypes.md</i>): the
 * same bytes are other values under another annotation. A stored type that is narrower than the
 * declared one fits (Delta protocol, section <i>Type Widening</i>); what means something else does
 * not.
 */
final class ValueDecoders {
  private final String file;
  private final FileCalendar calendar;

  /**
   * Decoders of one file's columns.
   *
   * @param file only errors name it
   * @param calendar what the file's dates and timestamps count by
   */
  ValueDecoders(String file, FileCalendar calendar) {
    this.file = file;
    this.calendar = calendar;
  }

  /** The decoder, or empty if the stored type does not fit. */
  Optional<ValueDecoder> of(PrimitiveType stored, FieldType wanted) {
    return switch (wanted.getTypeName()) {
      case STRING -> when(isText(stored), () -> ValueDecoder.binaries(Binary::toStringUsingUTF8));
      case BYTES -> when(isBytes(stored), ValueDecoder::bytes);
      case BOOLEAN -> when(isPlain(stored, PrimitiveTypeName.BOOLEAN), ValueDecoder::booleans);
      case BYTE, INT16, INT32, INT64 ->
          StoredWholeNumber.of(stored).flatMap(number -> whole(stored, number, wanted));
      case FLOAT ->
          when(isPlain(stored, PrimitiveTypeName.FLOAT), () -> ValueDecoder.floats(false));
      case DOUBLE -> float64(stored);
      case LOGICAL_TYPE ->
          wanted.getLogicalType().getIdentifier().equals(FixedPrecisionNumeric.IDENTIFIER)
              ? decimal(stored, wanted)
              : TimeDecoders.of(
                  stored, wanted, calendar, value -> outOfRange(stored, value, wanted));
      default -> Optional.empty();
    };
  }

  private static Optional<ValueDecoder> when(boolean fits, Supplier<ValueDecoder> decoder) {
    return fits ? Optional.of(decoder.get()) : Optional.empty();
  }

  private static boolean isPlain(PrimitiveType stored, PrimitiveTypeName physical) {
    return stored.getPrimitiveTypeName() == physical && stored.getLogicalTypeAnnotation() == null;
  }

  /** Older writers leave the annotation of texts out. */
  private static boolean isText(PrimitiveType stored) {
    LogicalTypeAnnotation annotation = stored.getLogicalTypeAnnotation();
    return stored.getPrimitiveTypeName() == PrimitiveTypeName.BINARY
        && (annotation == null
            || annotation instanceof StringLogicalTypeAnnotation
            || annotation instanceof EnumLogicalTypeAnnotation
            || annotation instanceof JsonLogicalTypeAnnotation);
  }

  /** The bytes of a text are bytes, too. */
  private static boolean isBytes(PrimitiveType stored) {
    LogicalTypeAnnotation annotation = stored.getLogicalTypeAnnotation();
    return switch (stored.getPrimitiveTypeName()) {
      case BINARY -> isText(stored) || annotation instanceof BsonLogicalTypeAnnotation;
      case FIXED_LEN_BYTE_ARRAY ->
          annotation == null || annotation instanceof UUIDLogicalTypeAnnotation;
      default -> false;
    };
  }

  /**
   * Whole numbers of at most the wanted width. Small ones are stored as bigger ones by writers that
   * do not annotate them, so signed ones that are stored in 32 bits are looked at one by one.
   */
  private Optional<ValueDecoder> whole(
      PrimitiveType stored, StoredWholeNumber number, FieldType wanted) {
    int bits =
        switch (wanted.getTypeName()) {
          case BYTE -> Byte.SIZE;
          case INT16 -> Short.SIZE;
          case INT32 -> Integer.SIZE;
          default -> Long.SIZE;
        };
    boolean inOneByOne = number.signed() && !number.isLong() && bits < Integer.SIZE;
    if (!number.fits(bits) && !inOneByOne) {
      return Optional.empty();
    }
    if (number.isLong()) {
      return Optional.of(ValueDecoder.longs(Long::valueOf));
    }
    long least = Math.max(number.least(), -1L << (bits - 1));
    long most = Math.min(number.most(), ~(-1L << (bits - 1)));
    return Optional.of(
        ValueDecoder.ints(
            value -> {
              long exact = number.valueOf(value);
              if (exact < least || exact > most) {
                throw outOfRange(stored, Long.toString(exact), wanted);
              }
              return ofWidth(exact, bits);
            }));
  }

  /** The number, which is within the width. */
  private static Object ofWidth(long number, int bits) {
    return switch (bits) {
      case Byte.SIZE -> (byte) number;
      case Short.SIZE -> (short) number;
      case Integer.SIZE -> (int) number;
      default -> number;
    };
  }

  private static Optional<ValueDecoder> float64(PrimitiveType stored) {
    if (isPlain(stored, PrimitiveTypeName.DOUBLE)) {
      return Optional.of(ValueDecoder.doubles());
    }
    if (isPlain(stored, PrimitiveTypeName.FLOAT)) {
      return Optional.of(ValueDecoder.floats(true));
    }
    return StoredWholeNumber.of(stored)
        .filter(number -> !number.isLong())
        .map(number -> ValueDecoder.ints(value -> (double) number.valueOf(value)));
  }

  /** Decimals, and whole numbers: the column became one of decimals by widening. */
  private Optional<ValueDecoder> decimal(PrimitiveType stored, FieldType wanted) {
    UnaryOperator<BigDecimal> scaled = scaling(stored, wanted);
    if (stored.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation decimal) {
      int scale = decimal.getScale();
      return scale > DeltaTypes.scale(wanted) ? Optional.empty() : decimal(stored, scale, scaled);
    }
    return StoredWholeNumber.of(stored)
        .map(
            number ->
                number.isLong()
                    ? ValueDecoder.longs(
                        value -> scaled.apply(new BigDecimal(number.exactly(value))))
                    : ValueDecoder.ints(
                        value -> scaled.apply(BigDecimal.valueOf(number.valueOf(value)))));
  }

  private static Optional<ValueDecoder> decimal(
      PrimitiveType stored, int scale, UnaryOperator<BigDecimal> scaled) {
    return switch (stored.getPrimitiveTypeName()) {
      case INT32 ->
          Optional.of(ValueDecoder.ints(value -> scaled.apply(BigDecimal.valueOf(value, scale))));
      case INT64 ->
          Optional.of(ValueDecoder.longs(value -> scaled.apply(BigDecimal.valueOf(value, scale))));
      case BINARY, FIXED_LEN_BYTE_ARRAY ->
          Optional.of(
              ValueDecoder.binaries(
                  value ->
                      scaled.apply(new BigDecimal(new BigInteger(value.getBytesUnsafe()), scale))));
      default -> Optional.empty();
    };
  }

  /** Brings values to the wanted scale, and refuses those that have too many digits then. */
  private UnaryOperator<BigDecimal> scaling(PrimitiveType stored, FieldType wanted) {
    int scale = DeltaTypes.scale(wanted);
    int precision = DeltaTypes.precision(wanted);
    return value -> {
      BigDecimal scaled = value.setScale(scale);
      if (scaled.precision() > precision) {
        throw outOfRange(stored, value.toPlainString(), wanted);
      }
      return scaled;
    };
  }

  private FreshetException outOfRange(PrimitiveType stored, String value, FieldType wanted) {
    return new FreshetException(
        FailureCategory.SCHEMA,
        "Column '%s' holds %s in %s, which is no %s, as the table declares the column; rewrite the file, or leave the column out"
            .formatted(stored.getName(), value, file, DeltaTypes.nameOf(wanted)));
  }
}
