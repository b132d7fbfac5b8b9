package io.freshet.embedding;

import io.freshet.changes.DeltaTypes;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.OptionAtFault;
import io.freshet.changes.SkipReason;
import java.util.Collection;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/** Takes a row's own vector from an {@code array<float>} or {@code array<double>} column. */
final class VectorColumn {
  private final String column;
  private final int dimension;

  private VectorColumn(String column, int dimension) {
    this.column = column;
    this.dimension = dimension;
  }

  static VectorColumn of(String column, int dimension, Schema schema) {
    TableColumns.require("--vectorColumn", List.of(column), schema.getFieldNames());
    Schema.FieldType type = schema.getField(column).getType();
    if (!holdsNumbers(type)) {
      throw new FreshetException(
          FailureCategory.SCHEMA,
          "The column '"
              + column
              + "' of --vectorColumn is of the type "
              + DeltaTypes.nameOf(type)
              + "; it must be array<float> or array<double>");
    }
    return new VectorColumn(column, dimension);
  }

  private static boolean holdsNumbers(Schema.FieldType type) {
    Schema.FieldType element = type.getCollectionElementType();
    return element != null
        && switch (element.getTypeName()) {
          case FLOAT, DOUBLE -> true;
          default -> false;
        };
  }

  /** The vector of {@code row}, or what is wrong with it. */
  RowInput read(Row row) {
    Collection<Number> elements = row.getValue(column);
    if (elements == null) {
      return unusable("null", OptionAtFault.VECTOR_COLUMN);
    }
    if (elements.size() != dimension) {
      return unusable(elements.size() + " components", OptionAtFault.DIMENSION);
    }
    float[] vector = new float[dimension];
    int i = 0;
    for (Number element : elements) {
      if (element == null) {
        return unusable("null as component " + i, OptionAtFault.VECTOR_COLUMN);
      }
      vector[i] = element.floatValue();
      if (!Float.isFinite(vector[i])) {
        return unusable(element + " as component " + i, OptionAtFault.VECTOR_COLUMN);
      }
      i++;
    }
    return new EmbeddingInput.OwnVector(vector);
  }

  private RowInput unusable(String actual, OptionAtFault option) {
    return new RowInput.Unusable(
        SkipReason.BAD_VECTOR,
        "The column '"
            + column
            + "' must hold "
            + dimension
            + " finite 32-bit components; it holds "
            + actual,
        option);
  }
}
