package io.freshet.delta.table;

import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;

/** Makes lists. */
final class ListConverter extends GroupConverter {
  private final Slot slot;
  private final Converter repeated;
  private List<Object> list = List.of();

  private ListConverter(BoundColumn element, boolean wrapped, Slot slot) {
    this.slot = slot;
    this.repeated =
        wrapped
            ? new Wrapper(element, value -> list.add(value))
            : element.converter(value -> list.add(value));
  }

  /** Lists whose repeated field is the element: two levels. */
  static ListConverter ofElements(BoundColumn element, Slot slot) {
    return new ListConverter(element, false, slot);
  }

  /** Lists whose repeated field holds the element, which may be null: three levels. */
  static ListConverter ofWrappedElements(BoundColumn element, Slot slot) {
    return new ListConverter(element, true, slot);
  }

  @Override
  public Converter getConverter(int index) {
    return repeated;
  }

  @Override
  public void start() {
    list = new ArrayList<>();
  }

  @Override
  public void end() {
    slot.set(list);
  }

  private static final class Wrapper extends GroupConverter {
    private final Converter element;
    private final Slot slot;
    private Object value;

    Wrapper(BoundColumn element, Slot slot) {
      this.element = element.converter(set -> value = set);
      this.slot = slot;
    }

    @Override
    public Converter getConverter(int index) {
      return element;
    }

    @Override
    public void start() {
      value = null;
    }

    @Override
    public void end() {
      slot.set(value);
    }
  }
}
