package io.freshet.delta.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * Where the values of a projection come from in one file.
 *
 * @param stored what is read from the file; may have no fields
 * @param fields the fields of {@code stored}, in its order
 * @param template the values that are the same in all rows: those of partition columns, and null
 *     for columns that the file, or the version that it is read of, lacks
 */
record FileProjection(MessageType stored, List<RowConverter.Field> fields, List<Object> template) {

  static FileProjection of(DataUnit unit, ParquetFile file, Schema projection) {
    ColumnBinder binder = new ColumnBinder(unit.path(), file.calendar());
    MessageType schema = file.schema();
    List<Type> types = new ArrayList<>();
    List<RowConverter.Field> fields = new ArrayList<>();
    List<Object> template = new ArrayList<>();
    for (Schema.Field wanted : projection.getFields()) {
      int index = template.size();
      template.add(null);
      Optional<Schema.Field> declared = declared(unit, wanted);
      if (declared.isEmpty()) {
        continue;
      }
      Schema.Field field = declared.get();
      String physicalName = PhysicalColumn.nameOf(field);
      if (unit.partitionValues().containsKey(physicalName)) {
        String text = unit.partitionValues().get(physicalName);
        template.set(index, PartitionValues.parse(wanted.getName(), text, wanted.getType()));
        continue;
      }
      Optional<Type> stored = PhysicalColumn.find(schema, field);
      if (stored.isPresent()) {
        BoundColumn column = binder.bind(stored.get(), field.getType(), wanted.getType());
        types.add(column.type());
        fields.add(new RowConverter.Field(index, column));
      }
    }
    return new FileProjection(new MessageType(schema.getName(), types), fields, template);
  }

  /** The column as the unit's version has it. The type of a change is no column of the table. */
  private static Optional<Schema.Field> declared(DataUnit unit, Schema.Field wanted) {
    return unit.declared().isEmpty() || wanted.getName().equals(ChangeFileRows.TYPE_COLUMN)
        ? Optional.of(wanted)
        : unit.declared().get().bind(wanted);
  }

  /** The materializer of the file's records. */
  RecordBuilder records() {
    return new RecordBuilder(fields, template.toArray());
  }
}
