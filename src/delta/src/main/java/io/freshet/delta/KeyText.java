package io.freshet.delta;

import io.freshet.changes.DeltaTypes;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.math.BigDecimal;
import java.util.Optional;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/** A key as text: strings as they are, whole numbers in decimal. */
final class KeyText {
  private KeyText() {}

  /** The text of a key; empty for null. */
  static Optional<String> of(Object key) {
    if (key instanceof BigDecimal decimal) {
      return Optional.of(decimal.toPlainString());
    }
    return Optional.ofNullable(key).map(Object::toString);
  }

  /** Refuses a key column of another type. */
  static void requireKeyType(Schema.Field column) {
    if (!isKeyType(column.getType())) {
      throw new FreshetException(
          FailureCategory.SCHEMA,
          "The key column '%s' has the type %s; a key is a string, a whole number (byte, short, integer, long) or a decimal without digits after the point (--keyColumn)"
              .formatted(column.getName(), DeltaTypes.nameOf(column.getType())));
    }
  }

  private static boolean isKeyType(FieldType type) {
    return switch (type.getTypeName()) {
      case STRING, INT64, INT32, INT16, BYTE -> true;
      case LOGICAL_TYPE -> DeltaTypes.isDecimal(type) && DeltaTypes.scale(type) == 0;
      case FLOAT, DOUBLE, BOOLEAN, BYTES, DECIMAL, DATETIME, ARRAY, ITERABLE, MAP, ROW -> false;
    };
  }
}
