package io.freshet.delta.table;

import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;

/** Makes rows of structs. */
final class RowConverter extends GroupConverter {
  private final Schema schema;
  private final Slot slot;
  private final Converter[] converters;
  private Object[] values = {};

  /**
   * A field that is stored.
   *
   * @param index where it goes in the row
   */
  record Field(int index, BoundColumn column) {
    /** The index of a field that goes nowhere. */
    static final int IGNORED = -1;
  }

  RowConverter(Schema schema, List<Field> fields, Slot slot) {
    this.schema = schema;
    this.slot = slot;
    this.converters =
        fields.stream()
            .map(field -> field.column().converter(value -> values[field.index()] = value))
            .toArray(Converter[]::new);
  }

  @Override
  public Converter getConverter(int index) {
    return converters[index];
  }

  @Override
  public void start() {
    values = new Object[schema.getFieldCount()];
  }

  @Override
  public void end() {
    slot.set(Row.withSchema(schema).attachValues(Arrays.asList(values)));
  }
}
