package io.freshet.delta.table;

import java.util.List;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.RecordMaterializer;

/** Makes one array of values a record. */
final class RecordBuilder extends RecordMaterializer<Object[]> {
  private final Root root;

  /**
   * Values of {@code fields} go into copies of {@code template}, which holds those that are the
   * same in all rows.
   */
  RecordBuilder(List<RowConverter.Field> fields, Object[] template) {
    this.root = new Root(fields, template);
  }

  @Override
  public Object[] getCurrentRecord() {
    return root.values;
  }

  @Override
  public GroupConverter getRootConverter() {
    return root;
  }

  private static final class Root extends GroupConverter {
    private final Object[] template;
    private final Converter[] converters;
    private Object[] values;

    Root(List<RowConverter.Field> fields, Object[] template) {
      this.template = template;
      this.values = template;
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
      values = template.clone();
    }

    @Override
    public void end() {}
  }
}
