package io.freshet.changes;

import java.util.List;

/**
 * Updates that are written together, in the order in which they were batched. They may belong to
 * several attempts.
 *
 * @param updates at least one
 */
public record VectorBatch(List<VectorUpdate> updates) {
  public VectorBatch {
    updates = List.copyOf(updates);
  }
}
