package io.freshet.milvus;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.Lease;
import io.milvus.shaded.io.grpc.Deadline;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A row that is certainly good, under a key that no table has. All processes that write for a
 * ledger have the same one: what a killed process leaves behind is deleted by whoever comes next.
 *
 * <p>This JVM remembers whether it may have left the row, and at its start takes it that another
 * one has. {@link LoadWatch} deletes it then.
 */
final class ControlRow {
  private static final Logger LOG = LoggerFactory.getLogger(ControlRow.class);
  private static final Map<MilvusTarget, ControlRow> ROWS = new ConcurrentHashMap<>();
  private static final String PREFIX = "freshet-control-";
  private static final long REMOVE_SECONDS = 2;

  private final MilvusTarget target;
  private final MilvusCollection collection;
  private final RowQueries queries;
  private final String key;
  private final LongSupplier nanos;

  /** Upserts so far; the first is that of a process before this one. */
  private long upserts = 1;

  /** The last upsert that a delete has followed. */
  private long removed;

  /**
   * An upsert may arrive that was not answered, and the server has taken nothing since: it may
   * stand still, and do all that it was given when it goes on.
   */
  private boolean late;

  /** When such an upsert can arrive no more, now that the server takes requests again. */
  private long quietAt;

  ControlRow(MilvusTarget target) {
    this(target, System::nanoTime);
  }

  /** As the other, with a monotonic clock of its own. */
  ControlRow(MilvusTarget target, LongSupplier nanos) {
    this.target = target;
    this.collection = new MilvusCollection(target);
    this.queries = new RowQueries(target);
    this.key = PREFIX + target.ledgerId();
    this.nanos = nanos;
    this.quietAt = nanos.getAsLong();
  }

  /** The row of all who write to the target in this JVM. */
  static ControlRow of(MilvusTarget target) {
    return ROWS.computeIfAbsent(target, ControlRow::new);
  }

  /** Whether the collection's key field has room for its key. */
  boolean fits() {
    return key.length() <= target.maxKeyBytes();
  }

  String key() {
    return key;
  }

  /** Whether this JVM has upserted it. */
  synchronized boolean wasUpsertedHere() {
    return upserts > 1;
  }

  /**
   * Upserts it, does what {@code operation} does, and deletes it again, whatever came of that.
   *
   * @return what is wrong with the environment; empty if all of it was acknowledged
   */
  Optional<Sent.Abandoned> fault(Sender sender, Lease lease, Operation.Kind operation) {
    long mine = beforeUpsert();
    float[] vector = new float[target.dimension()];
    vector[0] = 1;
    Upserts.Row row = new Upserts.Row(key, vector, 0, 0);
    Sent upserted =
        sender.send(
            lease, deadline -> collection.upsert(Upserts.request(target, List.of(row)), deadline));
    if (!(upserted instanceof Sent.Acknowledged) || sender.hasUnanswered()) {
      mayArriveLate();
    }
    Optional<Sent.Abandoned> fault = fault(upserted);
    if (fault.isEmpty() && operation == Operation.Kind.QUERY) {
      fault = fault(sender.send(lease, deadline -> queries.byKeys(List.of(key), false, deadline)));
    }
    Sent deleted = sender.send(lease, deadline -> collection.delete(expression(), deadline));
    if (deleted instanceof Sent.Acknowledged) {
      afterDelete(mine);
    } else {
      LOG.warn("The row {} may be left in the collection {}; it is deleted later", key, target);
    }
    return fault.isPresent() ? fault : fault(deleted);
  }

  /** Deletes it if this process, or one before it, may have left it. */
  void removeIfLeft() throws MilvusException {
    long last = left();
    if (last > 0) {
      collection.delete(expression(), Deadline.after(REMOVE_SECONDS, TimeUnit.SECONDS));
      afterDelete(last);
    }
  }

  private static Optional<Sent.Abandoned> fault(Sent sent) {
    return sent.asFault(FailureCategory.MILVUS_UNAVAILABLE);
  }

  private String expression() {
    return DeleteExpression.of(target.keyField(), List.of(key));
  }

  private synchronized long beforeUpsert() {
    return ++upserts;
  }

  private synchronized void mayArriveLate() {
    late = true;
  }

  private synchronized void afterDelete(long upsert) {
    if (late) {
      late = false;
      quietAt = nanos.getAsLong() + Sender.LONGEST_TRY.toNanos();
    } else if (isQuiet()) {
      removed = Math.max(removed, upsert);
    }
  }

  /** The last upsert, if it may have left the row and a delete is due; else 0. */
  private synchronized long left() {
    return fits() && upserts > removed && (late || isQuiet()) ? upserts : 0;
  }

  private boolean isQuiet() {
    return nanos.getAsLong() - quietAt >= 0;
  }
}
