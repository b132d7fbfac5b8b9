package io.freshet.milvus;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.Lease;
import io.milvus.grpc.DescribeCollectionResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether the collection's name still stands for the one that the pipeline was started with. A
 * collection that was dropped and made again takes rows as the old one did, and holds no others.
 */
final class CollectionCheck {
  private final MilvusTarget target;
  private final MilvusCollection collection;
  private final Sender sender;

  CollectionCheck(MilvusTarget target, MilvusCollection collection, Sender sender) {
    this.target = target;
    this.collection = collection;
    this.sender = sender;
  }

  /** What is wrong with the collection; empty if it fits and is the pipeline's own. */
  Optional<Sent.Abandoned> fault(Lease lease) {
    AtomicReference<DescribeCollectionResponse> described = new AtomicReference<>();
    Sent sent = sender.send(lease, deadline -> described.set(collection.describe(deadline)));
    if (sent instanceof Sent.Acknowledged) {
      return fault(target, described.get());
    }
    return sent.asFault(FailureCategory.COLLECTION_LOST);
  }

  /** What is wrong with the collection that is described. */
  static Optional<Sent.Abandoned> fault(MilvusTarget target, DescribeCollectionResponse described) {
    List<String> differences = CollectionSchemas.differences(target, described.getSchema());
    if (!differences.isEmpty()) {
      return mismatch(target, "does not fit: " + String.join("; ", differences));
    }
    if (!isOwn(target, described)) {
      return mismatch(
          target,
          "is another one than the pipeline was started with: dropped and made again meanwhile, or"
              + " taken over by another ledger");
    }
    return Optional.empty();
  }

  /** By the server's id of it; by the ledger's mark on Milvus Lite, where every id is 0. */
  private static boolean isOwn(MilvusTarget target, DescribeCollectionResponse described) {
    if (target.collectionId() != 0) {
      return described.getCollectionID() == target.collectionId();
    }
    return LedgerMark.of(described).equals(Optional.of(target.ledgerId()));
  }

  private static Optional<Sent.Abandoned> mismatch(MilvusTarget target, String fact) {
    return Optional.of(
        new Sent.Abandoned(
            FailureCategory.COLLECTION_MISMATCH, "Collection " + target + " " + fact));
  }
}
