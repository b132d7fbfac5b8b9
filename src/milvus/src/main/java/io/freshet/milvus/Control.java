package io.freshet.milvus;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.Lease;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a bad row from a bad environment. When Milvus refuses a request, the collection must still
 * fit, and an upsert that is certainly good must succeed; else it is no row's fault.
 *
 * <p>The good upsert is a row that this attempt has written already, again. Where there is none, it
 * is a row under a key that nobody has, deleted at once.
 */
final class Control {
  private static final Logger LOG = LoggerFactory.getLogger(Control.class);

  private final MilvusTarget target;
  private final MilvusCollection collection;
  private final Sender sender;
  private final CollectionCheck check;

  Control(MilvusTarget target, MilvusCollection collection, Sender sender, CollectionCheck check) {
    this.target = target;
    this.collection = collection;
    this.sender = sender;
    this.check = check;
  }

  /** What is wrong with the environment; empty if it takes good rows. */
  Optional<Sent.Abandoned> fault(Lease lease, Optional<Upserts.Row> written) {
    Optional<Sent.Abandoned> fault = check.fault(lease);
    return fault.isPresent() ? fault : upsertFault(lease, written);
  }

  private Optional<Sent.Abandoned> upsertFault(Lease lease, Optional<Upserts.Row> written) {
    if (written.isPresent()) {
      return upsert(lease, written.get()).asFault(FailureCategory.COLLECTION_MISMATCH);
    }
    String key = "freshet-control-" + UUID.randomUUID();
    if (key.length() > target.maxKeyBytes()) {
      return Optional.of(
          new Sent.Abandoned(
              FailureCategory.MILVUS_UNAVAILABLE,
              "the server refuses a request, and keys are too short to prove whose fault it is"));
    }
    float[] vector = new float[target.dimension()];
    vector[0] = 1;
    Sent upserted = upsert(lease, new Upserts.Row(key, vector, 0, 0));
    String expression = DeleteExpression.of(target.keyField(), List.of(key));
    Sent deleted = sender.send(lease, deadline -> collection.delete(expression, deadline));
    if (!(deleted instanceof Sent.Acknowledged)) {
      LOG.warn("The row {} may be left in the collection {}; delete it", key, target);
    }
    return upserted.asFault(FailureCategory.COLLECTION_MISMATCH);
  }

  private Sent upsert(Lease lease, Upserts.Row row) {
    return sender.send(
        lease, deadline -> collection.upsert(Upserts.request(target, List.of(row)), deadline));
  }
}
