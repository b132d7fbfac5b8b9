package io.freshet.milvus;

import io.freshet.changes.Outcome;
import io.freshet.changes.OutcomeCoder;
import io.freshet.changes.VectorBatch;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;

/**
 * Writes batches of vectors into a collection that {@link CollectionSetup#ensure} has approved, and
 * says what became of every change.
 *
 * <p>For each attempt in a batch one upsert request and one delete request, cut where they are too
 * big. Requests that fail for a reason that passes are sent again until the attempt's lease is
 * over; then the changes are {@link Outcome.Abandoned}, as they are at once if the collection is
 * gone or does not fit or the credentials are refused. A row that Milvus refuses for its own sake
 * is {@link Outcome.Skipped}. Nothing is thrown.
 *
 * <p>Rows of one key must not be in two batches at once: Milvus has no conditional write, and the
 * last one wins.
 */
public final class WriteToMilvus
    extends PTransform<PCollection<VectorBatch>, PCollection<Outcome>> {
  private final MilvusTarget target;

  private WriteToMilvus(MilvusTarget target) {
    this.target = target;
  }

  /** Writes into {@code target}. */
  public static WriteToMilvus to(MilvusTarget target) {
    return new WriteToMilvus(target);
  }

  @Override
  public PCollection<Outcome> expand(PCollection<VectorBatch> batches) {
    return batches.apply("Write", ParDo.of(new WriteFn(target))).setCoder(OutcomeCoder.of());
  }
}
