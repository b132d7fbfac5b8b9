package io.freshet.changes;

/**
 * What vectors were made by: of one origin, one row has one vector. Ledger and collection remember
 * it, so that vectors of two kinds are not mixed.
 *
 * @param text the model, its revision, the dimension and where its input comes from, as the options
 *     say it; for people, too
 * @param identity the same with the columns by what they are in every version of the table,
 *     whatever their names are
 */
public record VectorOrigin(String text, String identity) {
  /**
   * Whether vectors of both are of one kind: the options are the same, or name the same columns
   * after some were renamed. Names of columns ignore case.
   */
  public boolean fits(VectorOrigin other) {
    return OriginText.areSame(text, other.text) || OriginText.areSame(identity, other.identity);
  }
}
