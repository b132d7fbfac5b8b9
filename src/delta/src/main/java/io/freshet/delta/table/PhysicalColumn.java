package io.freshet.delta.table;

import java.util.Optional;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.Type;

/**
 * The name, and with mapping by id the number, that files know a column by (Delta protocol, section
 * <i>Column Mapping</i>). Kept as options of the schema's field, so that it stays with the column
 * in every projection.
 */
final class PhysicalColumn {
  private static final String NAME = "delta.columnMapping.physicalName";
  private static final String ID = "delta.columnMapping.id";

  private PhysicalColumn() {}

  static Schema.Field named(Schema.Field field, String physicalName) {
    return with(field, NAME, FieldType.STRING, physicalName);
  }

  static Schema.Field numbered(Schema.Field field, int id) {
    return with(field, ID, FieldType.INT32, id);
  }

  private static Schema.Field with(
      Schema.Field field, String option, FieldType type, Object value) {
    return field.withOptions(
        Schema.Options.builder()
            .addOptions(field.getOptions())
            .setOption(option, type, value)
            .build());
  }

  /** The name in data files and among partition values. */
  static String nameOf(Schema.Field field) {
    return field.getOptions().hasOption(NAME)
        ? field.getOptions().getValue(NAME, String.class)
        : field.getName();
  }

  /**
   * The stored field, if the file has it: by its number if columns are mapped by such, else by
   * name. Delta's names ignore case, and writers may write another than the table's.
   */
  static Optional<Type> find(GroupType group, Schema.Field field) {
    if (field.getOptions().hasOption(ID)) {
      int id = field.getOptions().getValue(ID, Integer.class);
      return group.getFields().stream()
          .filter(stored -> stored.getId() != null && stored.getId().intValue() == id)
          .findFirst();
    }
    String name = nameOf(field);
    if (group.containsField(name)) {
      return Optional.of(group.getType(name));
    }
    return group.getFields().stream()
        .filter(stored -> stored.getName().equalsIgnoreCase(name))
        .findFirst();
  }
}
