package io.freshet.embedding;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/** The input of a model for one row. */
public sealed interface EmbeddingInput extends RowInput {
  /**
   * A hash of this input, as {@code docs/models.md} specifies it under "row_hash". Two rows of one
   * hash have one vector, save with the model {@code random}.
   */
  long rowHash();

  /** The row's text, as the {@link TextTemplate} renders it. */
  record Text(String text) implements EmbeddingInput {
    @Override
    public long rowHash() {
      return FeatureHash.hash('T', text.getBytes(UTF_8));
    }
  }

  /**
   * The row's own vector.
   *
   * @param values {@code float[dimension]}, finite
   */
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody, and handed on without a copy.
  record OwnVector(float[] values) implements EmbeddingInput {
    @Override
    public long rowHash() {
      ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
      bytes.asFloatBuffer().put(values);
      return FeatureHash.hash('V', bytes.array());
    }
  }
}
