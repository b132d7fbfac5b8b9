package io.freshet.embedding;

import java.time.Instant;
import java.util.List;

/** Hands on the vectors that the table holds. */
record ColumnModel(int dimension) implements EmbeddingModel {
  @Override
  public List<float[]> embed(List<EmbeddingInput> inputs, Instant deadline) {
    return inputs.stream().map(ColumnModel::own).toList();
  }

  private static float[] own(EmbeddingInput input) {
    if (input instanceof EmbeddingInput.OwnVector vector) {
      return vector.values();
    }
    throw new IllegalArgumentException("The model column takes vectors, not " + input);
  }
}
