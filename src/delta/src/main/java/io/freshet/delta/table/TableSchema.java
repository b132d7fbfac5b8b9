package io.freshet.delta.table;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.util.Collection;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;

/**
 * A table's columns. Columns of a type that cannot be read are kept apart: they matter only to who
 * asks for one.
 *
 * @param schema the columns that can be read, all nullable, in the table's order
 * @param unreadable the type of each column that cannot be read, by the column's name
 */
public record TableSchema(Schema schema, Map<String, String> unreadable) {
  public TableSchema {
    unreadable = Map.copyOf(unreadable);
  }

  /**
   * The schema of some columns, in the order asked for. Throws a {@link FreshetException} of {@link
   * FailureCategory#SCHEMA} for a column that the table lacks or whose type cannot be read.
   */
  public Schema project(Collection<String> columns) {
    Schema.Builder projection = Schema.builder();
    for (String column : columns) {
      if (unreadable.containsKey(column)) {
        throw new FreshetException(
            FailureCategory.SCHEMA,
            "Column '%s' has the type %s, which cannot be read; leave the column out"
                .formatted(column, unreadable.get(column)));
      }
      if (!schema.hasField(column)) {
        throw new FreshetException(
            FailureCategory.SCHEMA,
            "The table has no column '%s'; its columns are %s"
                .formatted(column, String.join(", ", schema.getFieldNames())));
      }
      projection.addField(schema.getField(column));
    }
    return projection.build();
  }
}
