package io.freshet.changes;

import static java.util.stream.Collectors.joining;

import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.Schema.TypeName;
import org.apache.beam.sdk.schemas.logicaltypes.FixedPrecisionNumeric;
import org.apache.beam.sdk.schemas.logicaltypes.MicrosInstant;
import org.apache.beam.sdk.schemas.logicaltypes.SqlTypes;
import org.apache.beam.sdk.values.Row;

/** Types of a table's columns in the words of Delta, which users know; rows have Beam's. */
public final class DeltaTypes {
  private DeltaTypes() {}

  /**
   * The type as Delta writes it (Delta protocol, section <i>Schema Serialization Format</i>), with
   * nested types in angle brackets.
   */
  public static String nameOf(FieldType type) {
    return switch (type.getTypeName()) {
      case STRING -> "string";
      case INT64 -> "long";
      case INT32 -> "integer";
      case INT16 -> "short";
      case BYTE -> "byte";
      case FLOAT -> "float";
      case DOUBLE -> "double";
      case BOOLEAN -> "boolean";
      case BYTES -> "binary";
      case ARRAY, ITERABLE -> "array<" + nameOf(type.getCollectionElementType()) + ">";
      case MAP ->
          "map<" + nameOf(type.getMapKeyType()) + "," + nameOf(type.getMapValueType()) + ">";
      case ROW ->
          type.getRowSchema().getFields().stream()
              .map(field -> field.getName() + ":" + nameOf(field.getType()))
              .collect(joining(",", "struct<", ">"));
      case LOGICAL_TYPE -> nameOfLogical(type);
      // No column has these.
      case DECIMAL, DATETIME -> type.getTypeName().toString();
    };
  }

  private static String nameOfLogical(FieldType type) {
    if (isDecimal(type)) {
      return "decimal(" + precision(type) + "," + scale(type) + ")";
    }
    String identifier = type.getLogicalType().getIdentifier();
    if (identifier.equals(MicrosInstant.IDENTIFIER)) {
      return "timestamp";
    }
    if (identifier.equals(SqlTypes.DATETIME.getIdentifier())) {
      return "timestamp_ntz";
    }
    return identifier.equals(SqlTypes.DATE.getIdentifier()) ? "date" : identifier;
  }

  /** Whether a column holds decimals. */
  public static boolean isDecimal(FieldType type) {
    return type.getTypeName() == TypeName.LOGICAL_TYPE
        && type.getLogicalType().getIdentifier().equals(FixedPrecisionNumeric.IDENTIFIER);
  }

  /** The digits of a decimal column's values, before and after the point. */
  public static int precision(FieldType decimal) {
    return ((Row) decimal.getLogicalType().getArgument()).getInt32("precision");
  }

  /** The digits after the point of a decimal column's values. */
  public static int scale(FieldType decimal) {
    return ((Row) decimal.getLogicalType().getArgument()).getInt32("scale");
  }
}
