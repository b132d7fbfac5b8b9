package io.freshet.changes;

import java.util.List;

/**
 * What became of a batch of changes once it was embedded. The changes may belong to several
 * attempts.
 *
 * @param updates what is written together, in the order in which it was batched
 * @param outcomes of the changes that are not written: they were skipped or abandoned. They go with
 *     the batch rather than on a way of their own, which a runner would compute once more
 */
public record VectorBatch(List<VectorUpdate> updates, List<Outcome> outcomes) {
  public VectorBatch {
    updates = List.copyOf(updates);
    outcomes = List.copyOf(outcomes);
  }

  /** A batch all of which is written. */
  public VectorBatch(List<VectorUpdate> updates) {
    this(updates, List.of());
  }
}
