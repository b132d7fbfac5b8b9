package io.freshet.embedding;

import io.freshet.changes.OptionAtFault;
import io.freshet.changes.SkipReason;

/** What a row gives a model: an input, or the reason why it gives none. */
public sealed interface RowInput permits EmbeddingInput, RowInput.Unusable {
  /**
   * The row cannot be embedded; its change is skipped.
   *
   * @param reason why
   * @param detail what was expected and what was found, for people
   * @param option what is at fault if many rows suffer the same
   */
  record Unusable(SkipReason reason, String detail, OptionAtFault option) implements RowInput {}
}
