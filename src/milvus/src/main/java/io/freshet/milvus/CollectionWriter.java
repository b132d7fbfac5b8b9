package io.freshet.milvus;

import io.freshet.changes.Outcome;
import io.freshet.changes.VectorBatch;
import java.util.List;

/** Writes batches as {@link WriteToMilvus} does, for who has no Beam pipeline. */
public final class CollectionWriter {
  private final BatchWriter writer;

  /** A writer into the target, which it keeps loaded from now on. Nothing is sent yet. */
  public CollectionWriter(MilvusTarget target) {
    this.writer = new BatchWriter(target);
  }

  /**
   * Writes a batch under its leases and says what became of every update; throws nothing because of
   * the server.
   */
  public List<Outcome> write(VectorBatch batch) {
    return writer.write(batch);
  }
}
