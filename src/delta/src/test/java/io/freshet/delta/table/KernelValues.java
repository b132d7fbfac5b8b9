package io.freshet.delta.table;

import io.delta.kernel.data.ArrayValue;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.MapValue;
import io.delta.kernel.internal.data.GenericRow;
import io.delta.kernel.internal.util.VectorUtils;
import io.delta.kernel.types.ArrayType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.MapType;
import io.delta.kernel.types.StructType;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.values.Row;

/** Values of Beam rows as Delta Kernel has them. */
final class KernelValues {
  private KernelValues() {}

  /** A row of {@code values}, which are in the order of the schema. */
  static GenericRow row(StructType schema, List<?> values) {
    Map<Integer, Object> byOrdinal = new HashMap<>();
    for (int i = 0; i < values.size(); i++) {
      byOrdinal.put(i, value(values.get(i), schema.at(i).getDataType()));
    }
    return new GenericRow(schema, byOrdinal);
  }

  private static Object value(Object value, DataType type) {
    if (value instanceof Row row) {
      return row((StructType) type, row.getValues());
    } else if (value instanceof List<?> list) {
      return array(list, ((ArrayType) type).getElementType());
    } else if (value instanceof Map<?, ?> map) {
      return map(map, (MapType) type);
    } else if (value instanceof LocalDate date) {
      return (int) date.toEpochDay();
    } else if (value instanceof Instant instant) {
      return FileCalendar.microsOf(instant);
    } else if (value instanceof LocalDateTime dateTime) {
      return FileCalendar.microsOf(dateTime.toInstant(ZoneOffset.UTC));
    }
    return value;
  }

  private static ArrayValue array(List<?> list, DataType elementType) {
    return VectorUtils.buildArrayValue(values(list, elementType), elementType);
  }

  private static MapValue map(Map<?, ?> map, MapType type) {
    ColumnVector keys = vector(List.copyOf(map.keySet()), type.getKeyType());
    ColumnVector values = vector(new ArrayList<>(map.values()), type.getValueType());
    return new MapValue() {
      @Override
      public int getSize() {
        return map.size();
      }

      @Override
      public ColumnVector getKeys() {
        return keys;
      }

      @Override
      public ColumnVector getValues() {
        return values;
      }
    };
  }

  private static ColumnVector vector(List<?> list, DataType type) {
    return VectorUtils.buildColumnVector(values(list, type), type);
  }

  private static List<Object> values(List<?> list, DataType type) {
    List<Object> values = new ArrayList<>();
    list.forEach(element -> values.add(value(element, type)));
    return values;
  }
}
