package io.freshet.delta.table;

import org.apache.parquet.column.Dictionary;
import org.apache.parquet.io.api.Binary;

/**
 * Makes the value that a Beam row holds of one stored value. A decoder knows one stored type and
 * one wanted type, and overrides the one method that its stored type calls.
 */
abstract class ValueDecoder {
  Object ofBoolean(boolean value) {
    throw unexpected("boolean");
  }

  Object ofInt(int value) {
    throw unexpected("int");
  }

  Object ofLong(long value) {
    throw unexpected("long");
  }

  Object ofFloat(float value) {
    throw unexpected("float");
  }

  Object ofDouble(double value) {
    throw unexpected("double");
  }

  Object ofBinary(Binary value) {
    throw unexpected("binary");
  }

  /** The value of one entry of a dictionary. */
  abstract Object ofEntry(Dictionary dictionary, int id);

  /** Whether values of equal bytes may be one object. */
  boolean sharesValues() {
    return true;
  }

  private static IllegalStateException unexpected(String type) {
    return new IllegalStateException("A value of type " + type + " in a column of another type");
  }

  /** Decodes what is stored as an int. */
  @FunctionalInterface
  interface OfInt {
    Object decode(int value);
  }

  /** Decodes what is stored as a long. */
  @FunctionalInterface
  interface OfLong {
    Object decode(long value);
  }

  /** Decodes what is stored as bytes. */
  @FunctionalInterface
  interface OfBinary {
    Object decode(Binary value);
  }

  static ValueDecoder ints(OfInt function) {
    return new ValueDecoder() {
      @Override
      Object ofInt(int value) {
        return function.decode(value);
      }

      @Override
      Object ofEntry(Dictionary dictionary, int id) {
        return function.decode(dictionary.decodeToInt(id));
      }
    };
  }

  static ValueDecoder longs(OfLong function) {
    return new ValueDecoder() {
      @Override
      Object ofLong(long value) {
        return function.decode(value);
      }

      @Override
      Object ofEntry(Dictionary dictionary, int id) {
        return function.decode(dictionary.decodeToLong(id));
      }
    };
  }

  static ValueDecoder binaries(OfBinary function) {
    return new ValueDecoder() {
      @Override
      Object ofBinary(Binary value) {
        return function.decode(value);
      }

      @Override
      Object ofEntry(Dictionary dictionary, int id) {
        return function.decode(dictionary.decodeToBinary(id));
      }
    };
  }

  /** Copies of the bytes: arrays can be changed by who gets them, so no two rows share one. */
  static ValueDecoder bytes() {
    return new ValueDecoder() {
      @Override
      Object ofBinary(Binary value) {
        return value.getBytes();
      }

      @Override
      Object ofEntry(Dictionary dictionary, int id) {
        return dictionary.decodeToBinary(id).getBytes();
      }

      @Override
      boolean sharesValues() {
        return false;
      }
    };
  }

  static ValueDecoder booleans() {
    return new ValueDecoder() {
      @Override
      Object ofBoolean(boolean value) {
        return value;
      }

      @Override
      Object ofEntry(Dictionary dictionary, int id) {
        return dictionary.decodeToBoolean(id);
      }
    };
  }

  /** Floats as floats or doubles. */
  static ValueDecoder floats(boolean widen) {
    return new ValueDecoder() {
      @Override
      Object ofFloat(float value) {
        // Not one conditional expression: that would make a double of either.
        if (widen) {
          return (double) value;
        }
        return value;
      }

      @Override
      Object ofEntry(Dictionary dictionary, int id) {
        return ofFloat(dictionary.decodeToFloat(id));
      }
    };
  }

  static ValueDecoder doubles() {
    return new ValueDecoder() {
      @Override
      Object ofDouble(double value) {
        return value;
      }

      @Override
      Object ofEntry(Dictionary dictionary, int id) {
        return dictionary.decodeToDouble(id);
      }
    };
  }
}
