package io.freshet.delta.table;

import java.util.function.Function;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.schema.Type;

/**
 * A stored column, or a part of a nested one, that is to be read.
 *
 * @param type the stored type, without what is not asked for
 * @param converter makes the converter that puts the column's values into a slot
 */
record BoundColumn(Type type, Function<Slot, Converter> converter) {
  Converter converter(Slot slot) {
    return converter.apply(slot);
  }
}
