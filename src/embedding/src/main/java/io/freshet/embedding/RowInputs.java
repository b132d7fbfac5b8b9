package io.freshet.embedding;

import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/** Makes the model's input of a row. */
@FunctionalInterface
public interface RowInputs {
  /** The input that {@code row} gives. */
  RowInput of(Row row);

  /**
   * The inputs of rows with {@code schema}. Throws a {@link io.freshet.changes.FreshetException}:
   * {@link io.freshet.changes.FailureCategory#OPTION} if a column is missing, with the columns
   * there are; {@link io.freshet.changes.FailureCategory#SCHEMA} if a vector column holds no
   * vectors.
   */
  static RowInputs of(EmbeddingSpec spec, Schema schema) {
    return switch (spec.kind().input()) {
      case TEXT -> {
        TextTemplate template = TextTemplate.parse(spec.textTemplate());
        template.requireColumns(schema.getFieldNames());
        yield row -> new EmbeddingInput.Text(template.render(row));
      }
      case OWN_VECTOR -> VectorColumn.of(spec.vectorColumn(), spec.dimension(), schema)::read;
    };
  }
}
