package io.freshet.embedding;

import java.time.Instant;
import java.util.List;

/**
 * Turns inputs into vectors. An instance lives as long as its JVM and serves all threads of it (see
 * {@link Models#get}), so it is thread-safe and may be dear to make.
 */
public interface EmbeddingModel {
  /** The length of its vectors. */
  int dimension();

  /**
   * Embeds {@code inputs}.
   *
   * @param inputs at least one, all of the kind that the model takes
   * @param deadline when the answer is of no use any more; a model that asks a server gives up then
   * @return for each input, in order, a {@code float[dimension]} that the caller owns
   * @throws io.freshet.changes.FreshetException if the model cannot answer now or not at all
   *     (category {@link io.freshet.changes.FailureCategory#MODEL_UNAVAILABLE} for the former)
   */
  List<float[]> embed(List<EmbeddingInput> inputs, Instant deadline);
}
