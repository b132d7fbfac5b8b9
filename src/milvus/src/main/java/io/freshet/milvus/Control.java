package io.freshet.milvus;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.Lease;
import java.util.List;
import java.util.Optional;

/**
 * Tells a bad row from a bad environment. When Milvus refuses a request, the collection must still
 * fit, and the same operation with a row that is certainly good must succeed; else it is no row's
 * fault.
 *
 * <p>For upserts that is a row that this attempt has written already, again. Else it is the {@link
 * ControlRow}.
 */
final class Control {
  private final MilvusTarget target;
  private final MilvusCollection collection;
  private final Sender sender;
  private final CollectionCheck check;
  private final ControlRow row;

  Control(
      MilvusTarget target,
      MilvusCollection collection,
      Sender sender,
      CollectionCheck check,
      ControlRow row) {
    this.target = target;
    this.collection = collection;
    this.sender = sender;
    this.check = check;
    this.row = row;
  }

  /**
   * What is wrong with the environment; empty if it does this with good rows.
   *
   * @param written a row that this attempt has written
   */
  Optional<Sent.Abandoned> fault(
      Lease lease, Operation.Kind operation, Optional<Upserts.Row> written) {
    Optional<Sent.Abandoned> fault = check.fault(lease);
    if (fault.isPresent()) {
      return fault;
    }
    if (operation == Operation.Kind.UPSERT && written.isPresent()) {
      Upserts.Row good = written.get();
      return sender
          .send(
              lease,
              deadline -> collection.upsert(Upserts.request(target, List.of(good)), deadline))
          .asFault(FailureCategory.MILVUS_UNAVAILABLE);
    }
    if (!row.fits()) {
      return Optional.of(
          new Sent.Abandoned(
              FailureCategory.MILVUS_UNAVAILABLE,
              "the server refuses a request, and keys are too short to prove whose fault it is"));
    }
    return row.fault(sender, lease, operation);
  }
}
