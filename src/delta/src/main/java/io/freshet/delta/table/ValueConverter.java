package io.freshet.delta.table;

import org.apache.parquet.column.Dictionary;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.PrimitiveConverter;

/** Decodes the values of a column; those of a dictionary once each. */
final class ValueConverter extends PrimitiveConverter {
  private final ValueDecoder decoder;
  private final Slot slot;
  private Dictionary dictionary;
  private Object[] decoded;

  ValueConverter(ValueDecoder decoder, Slot slot) {
    this.decoder = decoder;
    this.slot = slot;
  }

  @Override
  public boolean hasDictionarySupport() {
    return true;
  }

  @Override
  public void setDictionary(Dictionary dictionary) {
    this.dictionary = dictionary;
    this.decoded = new Object[dictionary.getMaxId() + 1];
  }

  @Override
  public void addValueFromDictionary(int id) {
    Object value = decoded[id];
    if (value == null) {
      value = decoder.ofEntry(dictionary, id);
      if (decoder.sharesValues()) {
        decoded[id] = value;
      }
    }
    slot.set(value);
  }

  @Override
  public void addBinary(Binary value) {
    slot.set(decoder.ofBinary(value));
  }

  @Override
  public void addBoolean(boolean value) {
    slot.set(decoder.ofBoolean(value));
  }

  @Override
  public void addInt(int value) {
    slot.set(decoder.ofInt(value));
  }

  @Override
  public void addLong(long value) {
    slot.set(decoder.ofLong(value));
  }

  @Override
  public void addFloat(float value) {
    slot.set(decoder.ofFloat(value));
  }

  @Override
  public void addDouble(double value) {
    slot.set(decoder.ofDouble(value));
  }
}
