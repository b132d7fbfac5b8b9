package io.freshet.delta.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.freshet.changes.DeltaTypes;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.logicaltypes.FixedPrecisionNumeric;
import org.apache.beam.sdk.schemas.logicaltypes.MicrosInstant;
import org.apache.beam.sdk.schemas.logicaltypes.SqlTypes;

/**
 * Values of partition columns, which the log holds as text (Delta protocol, section <i>Partition
 * Value Serialization</i>). Timestamps come with a space and without a zone, or as ISO 8601;
 * without a zone they are taken to be UTC.
 */
final class PartitionValues {
  private static final DateTimeFormatter TIMESTAMP =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendLiteral(' ')
          .optionalEnd()
          .optionalStart()
          .appendLiteral('T')
          .optionalEnd()
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .optionalStart()
          .appendOffsetId()
          .optionalEnd()
          .parseDefaulting(ChronoField.OFFSET_SECONDS, 0)
          .toFormatter(Locale.ROOT);

  private PartitionValues() {}

  /**
   * The value that a row holds; null if {@code text} is null or empty, whatever the type.
   *
   * @param column the column's name, for errors
   */
  static Object parse(String column, String text, FieldType type) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    try {
      return switch (type.getTypeName()) {
        case STRING -> text;
        case BYTES -> text.getBytes(UTF_8);
        case BOOLEAN -> bool(text);
        case BYTE -> Byte.valueOf(text);
        case INT16 -> Short.valueOf(text);
        case INT32 -> Integer.valueOf(text);
        case INT64 -> Long.valueOf(text);
        case FLOAT -> Float.valueOf(text);
        case DOUBLE -> Double.valueOf(text);
        case LOGICAL_TYPE -> logical(text, type);
        default -> throw new IllegalArgumentException("no partition column has such a type");
      };
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new FreshetException(
          FailureCategory.SCHEMA,
          "The log has the partition value '%s' for column '%s', which is no %s; leave the column out"
              .formatted(text, column, DeltaTypes.nameOf(type)),
          e);
    }
  }

  private static boolean bool(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("neither true nor false");
    };
  }

  private static Object logical(String text, FieldType type) {
    String identifier = type.getLogicalType().getIdentifier();
    if (identifier.equals(FixedPrecisionNumeric.IDENTIFIER)) {
      return new BigDecimal(text).setScale(DeltaTypes.scale(type), RoundingMode.HALF_UP);
    }
    if (identifier.equals(SqlTypes.DATE.getIdentifier())) {
      return LocalDate.parse(text);
    }
    if (identifier.equals(SqlTypes.DATETIME.getIdentifier()) && text.indexOf(':') < 0) {
      return LocalDate.parse(text).atStartOfDay(); // The column was one of dates, and is widened.
    }
    TemporalAccessor timestamp = TIMESTAMP.parse(text);
    if (identifier.equals(MicrosInstant.IDENTIFIER)) {
      return Instant.from(timestamp).truncatedTo(ChronoUnit.MICROS);
    }
    return LocalDateTime.from(timestamp).truncatedTo(ChronoUnit.MICROS);
  }
}
