package io.freshet.delta;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.util.Optional;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/** A key as text: strings as they are, whole numbers in decimal. */
final class KeyText {
  private KeyText() {}

  /** The text of a key; empty for null. */
  static Optional<String> of(Object key) {
    return Optional.ofNullable(key).map(Object::toString);
  }

  /** Refuses a key column of another type. */
  static void requireKeyType(Schema.Field column) {
    FieldType type = column.getType();
    if (!type.getTypeName().equals(Schema.TypeName.STRING)
        && !type.getTypeName().equals(Schema.TypeName.INT64)
        && !type.getTypeName().equals(Schema.TypeName.INT32)
        && !type.getTypeName().equals(Schema.TypeName.INT16)
        && !type.getTypeName().equals(Schema.TypeName.BYTE)) {
      throw new FreshetException(
          FailureCategory.SCHEMA,
          "The key column '"
              + column.getName()
              + "' has the type "
              + type.getTypeName()
              + "; a key is a string or a whole number (--keyColumn)");
    }
  }
}
