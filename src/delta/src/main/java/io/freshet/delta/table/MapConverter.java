package io.freshet.delta.table;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;

/** Makes maps. Of entries with one key the last one counts, as in Spark. */
final class MapConverter extends GroupConverter {
  private final Slot slot;
  private final Entry entry;
  private Map<Object, Object> map = Map.of();

  MapConverter(BoundColumn key, BoundColumn value, Slot slot) {
    this.slot = slot;
    this.entry = new Entry(key, value);
  }

  @Override
  public Converter getConverter(int index) {
    return entry;
  }

  @Override
  public void start() {
    map = new LinkedHashMap<>();
  }

  @Override
  public void end() {
    slot.set(map);
  }

  private final class Entry extends GroupConverter {
    private final Converter[] converters;
    private Object key;
    private Object value;

    Entry(BoundColumn key, BoundColumn value) {
      this.converters =
          new Converter[] {
            key.converter(set -> this.key = set), value.converter(set -> this.value = set)
          };
    }

    @Override
    public Converter getConverter(int index) {
      return converters[index];
    }

    @Override
    public void start() {
      key = null;
      value = null;
    }

    @Override
    public void end() {
      map.put(key, value);
    }
  }
}
