package io.freshet.embedding;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Uniform random components in [0, 1), whatever the input: it measures a pipeline without a model.
 * Not deterministic, as {@code numpy.random.rand} is not: a row that is embedded again gets another
 * vector.
 */
record RandomModel(int dimension) implements EmbeddingModel {
  @Override
  public List<float[]> embed(List<EmbeddingInput> inputs, Instant deadline) {
    return inputs.stream().map(input -> vector()).toList();
  }

  private float[] vector() {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = ThreadLocalRandom.current().nextFloat();
    }
    return vector;
  }
}
