package io.freshet.delta.table;

import io.freshet.changes.ChangeType;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.util.Arrays;
import org.apache.beam.sdk.schemas.Schema;

/** Passes on those rows of a change file that belong to one unit. */
final class ChangeFileRows implements UnitReader.StoredRowSink {
  /** The column that says what a row of a change file is. */
  static final String TYPE_COLUMN = "_change_type";

  private final DataUnit unit;
  private final Schema projection;
  private final RowSink sink;

  ChangeFileRows(DataUnit unit, Schema projection, RowSink sink) {
    this.unit = unit;
    this.projection =
        Schema.builder()
            .addFields(projection.getFields())
            .addNullableStringField(TYPE_COLUMN)
            .build();
    this.sink = sink;
  }

  /** What must be read of the file: the type of change is the last column. */
  Schema projection() {
    return projection;
  }

  @Override
  public void row(long ordinal, Object[] values) {
    int last = values.length - 1;
    ChangeType type = type(values[last]);
    if (unit.content().has(type)) {
      sink.row(ordinal, type, Arrays.copyOf(values, last));
    }
  }

  private ChangeType type(Object name) {
    try {
      return ChangeType.ofDeltaName(String.valueOf(name));
    } catch (IllegalArgumentException e) {
      throw new FreshetException(
          FailureCategory.CORRUPT_FILE,
          "%s has a row with %s '%s', which is no type of change; restore the file, or start at a later version"
              .formatted(unit.path(), TYPE_COLUMN, name),
          e);
    }
  }
}
