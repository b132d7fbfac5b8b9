package io.freshet.delta.table;

import java.math.BigInteger;
import java.util.Optional;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;

/**
 * How a column of whole numbers is stored (Parquet's <i>LogicalTypes.md</i>, sections <i>Signed
 * Integers</i> and <i>Unsigned Integers</i>).
 *
 * @param isLong whether the physical type has 64 bits, not 32
 * @param bits the width that the annotation states; without one, the physical type's
 * @param signed whether the highest bit is a sign
 */
record StoredWholeNumber(boolean isLong, int bits, boolean signed) {

  /** Empty if the column is stored as anything else. */
  static Optional<StoredWholeNumber> of(PrimitiveType stored) {
    return switch (stored.getPrimitiveTypeName()) {
      case INT32 -> annotated(false, Integer.SIZE, stored.getLogicalTypeAnnotation());
      case INT64 -> annotated(true, Long.SIZE, stored.getLogicalTypeAnnotation());
      default -> Optional.empty();
    };
  }

  private static Optional<StoredWholeNumber> annotated(
      boolean isLong, int width, LogicalTypeAnnotation annotation) {
    if (annotation == null) {
      return Optional.of(new StoredWholeNumber(isLong, width, true));
    }
    return annotation instanceof IntLogicalTypeAnnotation whole
        ? Optional.of(new StoredWholeNumber(isLong, whole.getBitWidth(), whole.isSigned()))
        : Optional.empty();
  }

  /** Whether signed numbers of {@code wanted} bits hold all that can be stored. */
  boolean fits(int wanted) {
    return signed ? bits <= wanted : bits < wanted;
  }

  /** The least number of the annotated width. */
  long least() {
    return signed ? -1L << (bits - 1) : 0;
  }

  /** The greatest number of the annotated width, which is not 64 bits without a sign. */
  long most() {
    return ~(-1L << (signed ? bits - 1 : bits));
  }

  /** The number that 32 bits stand for. */
  long valueOf(int stored) {
    return signed ? stored : Integer.toUnsignedLong(stored);
  }

  /** The number that 64 bits stand for. */
  BigInteger exactly(long stored) {
    return signed || stored >= 0
        ? BigInteger.valueOf(stored)
        : BigInteger.valueOf(stored).add(BigInteger.ONE.shiftLeft(Long.SIZE));
  }
}
