package io.freshet.delta.table;

import io.freshet.changes.DeltaTypes;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.logicaltypes.FixedPrecisionNumeric;
import org.apache.beam.sdk.schemas.logicaltypes.SqlTypes;

/**
 * What a version of a table declares, against what is asked for: rows of many versions are read as
 * one type, which is fixed when a pipeline starts.
 */
final class DeclaredColumns {
  /** Decimal digits of the whole numbers, by their order. */
  private static final List<Integer> DIGITS = List.of(3, 5, 10, 19);

  private DeclaredColumns() {}

  /** A field of that name; Delta's names ignore case. */
  static Optional<Schema.Field> find(Schema declared, String name) {
    if (declared.hasField(name)) {
      return Optional.of(declared.getField(name));
    }
    return declared.getFields().stream()
        .filter(field -> field.getName().equalsIgnoreCase(name))
        .findFirst();
  }

  /**
   * Whether every value of one type is a value of the other, the same or a wider one (Delta
   * protocol, section <i>Type Widening</i>).
   */
  static boolean fits(FieldType declared, FieldType wanted) {
    return switch (wanted.getTypeName()) {
      case BYTE, INT16, INT32, INT64 ->
          wholeRank(declared) >= 0 && wholeRank(declared) <= wholeRank(wanted);
      case DOUBLE ->
          switch (declared.getTypeName()) {
            case BYTE, INT16, INT32, FLOAT, DOUBLE -> true;
            default -> false;
          };
      case LOGICAL_TYPE -> fitsLogical(declared, wanted);
      case ROW -> declared.getTypeName().isCompositeType() && fitsRow(declared, wanted);
      case ARRAY, ITERABLE ->
          declared.getTypeName().isCollectionType()
              && fits(declared.getCollectionElementType(), wanted.getCollectionElementType());
      case MAP ->
          declared.getTypeName().isMapType()
              && fits(declared.getMapKeyType(), wanted.getMapKeyType())
              && fits(declared.getMapValueType(), wanted.getMapValueType());
      default -> declared.getTypeName() == wanted.getTypeName();
    };
  }

  /**
   * Whether a value that both types have is written as the same text by either: {@code 5} is {@code
   * 5.0} as a double, and {@code 5.00} as a decimal of two places.
   */
  static boolean isAlike(FieldType one, FieldType other) {
    if (isWhole(one) && isWhole(other)) {
      return true;
    }
    if (one.getTypeName() != other.getTypeName()) {
      return false;
    }
    return switch (one.getTypeName()) {
      case LOGICAL_TYPE -> isAlikeLogical(one, other);
      case ROW -> isAlikeRow(one.getRowSchema(), other.getRowSchema());
      case ARRAY, ITERABLE ->
          isAlike(one.getCollectionElementType(), other.getCollectionElementType());
      case MAP ->
          isAlike(one.getMapKeyType(), other.getMapKeyType())
              && isAlike(one.getMapValueType(), other.getMapValueType());
      default -> true;
    };
  }

  /**
   * The type that values are read as: whole numbers as the widest, whatever width the table has
   * now. It may have had a wider one, and have been restored to a version before.
   */
  static FieldType widest(FieldType type) {
    return switch (type.getTypeName()) {
      case BYTE, INT16, INT32 -> FieldType.INT64.withNullable(type.getNullable());
      case ROW -> FieldType.row(widest(type.getRowSchema())).withNullable(type.getNullable());
      case ARRAY, ITERABLE ->
          FieldType.array(widest(type.getCollectionElementType())).withNullable(type.getNullable());
      case MAP ->
          FieldType.map(widest(type.getMapKeyType()), widest(type.getMapValueType()))
              .withNullable(type.getNullable());
      default -> type;
    };
  }

  private static Schema widest(Schema schema) {
    Schema.Builder widest = Schema.builder();
    schema.getFields().forEach(field -> widest.addField(field.withType(widest(field.getType()))));
    return widest.build();
  }

  private static boolean isWhole(FieldType type) {
    return wholeRank(type) >= 0 || (DeltaTypes.isDecimal(type) && DeltaTypes.scale(type) == 0);
  }

  private static boolean isAlikeLogical(FieldType one, FieldType other) {
    return (DeltaTypes.isDecimal(one) && DeltaTypes.isDecimal(other))
        ? DeltaTypes.scale(one) == DeltaTypes.scale(other)
        : one.getLogicalType().getIdentifier().equals(other.getLogicalType().getIdentifier());
  }

  private static boolean isAlikeRow(Schema one, Schema other) {
    return one.getFieldNames().equals(other.getFieldNames())
        && IntStream.range(0, one.getFieldCount())
            .allMatch(i -> isAlike(one.getField(i).getType(), other.getField(i).getType()));
  }

  private static int wholeRank(FieldType type) {
    return switch (type.getTypeName()) {
      case BYTE -> 0;
      case INT16 -> 1;
      case INT32 -> 2;
      case INT64 -> 3;
      default -> -1;
    };
  }

  /** Fields that are not declared are null. */
  private static boolean fitsRow(FieldType declared, FieldType wanted) {
    return wanted.getRowSchema().getFields().stream()
        .allMatch(
            field ->
                find(declared.getRowSchema(), field.getName())
                    .map(found -> fits(found.getType(), field.getType()))
                    .orElse(true));
  }

  private static boolean fitsLogical(FieldType declared, FieldType wanted) {
    String identifier = wanted.getLogicalType().getIdentifier();
    boolean decimal = identifier.equals(FixedPrecisionNumeric.IDENTIFIER);
    if (!declared.getTypeName().isLogicalType()) {
      int rank = wholeRank(declared);
      return decimal && rank >= 0 && DIGITS.get(rank) <= wholeDigits(wanted);
    }
    String stated = declared.getLogicalType().getIdentifier();
    if (decimal && stated.equals(identifier)) {
      return wholeDigits(declared) <= wholeDigits(wanted)
          && DeltaTypes.scale(declared) <= DeltaTypes.scale(wanted);
    }
    return stated.equals(identifier)
        || (stated.equals(SqlTypes.DATE.getIdentifier())
            && identifier.equals(SqlTypes.DATETIME.getIdentifier()));
  }

  /** The digits before a decimal's point. */
  private static int wholeDigits(FieldType decimal) {
    return DeltaTypes.precision(decimal) - DeltaTypes.scale(decimal);
  }
}
