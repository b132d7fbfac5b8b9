package io.freshet.changes;

/**
 * A change and the vector made of it.
 *
 * @param change the change; its key is present and valid
 * @param rowHash a hash over the model's input and the stored fields: two rows of one hash have one
 *     vector
 * @param vector {@code float[dimension]}, finite; {@code float[0]} for a delete
 * @param goneHashes the row hashes of {@link Change#gone()}, of those that can have had a vector
 */
@SuppressWarnings(
    "ArrayRecordComponent") // Compared by nobody; a copy for each row would cost more than it
// protects.
public record VectorUpdate(Change change, long rowHash, float[] vector, long[] goneHashes) {
  private static final long[] NONE = {};

  /** An update of a change without rows that are gone. */
  public VectorUpdate(Change change, long rowHash, float[] vector) {
    this(change, rowHash, vector, NONE);
  }
}
