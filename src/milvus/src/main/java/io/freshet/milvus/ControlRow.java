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

  /** Upserts whose sending has ended; the first is that of a process before this one. */
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
    float[] vector = new float[target.dimension()];
    vector[0] = 1;
    Upserts.Row row = new Upserts.Row(key, vector, 0, 0);
    Sent upserted = new Sent.Abandoned(FailureCategory.MILVUS_UNAVAILABLE, "not sent");
    try {
      upserted =
          sender.send(
              lease,
              deadline -> collection.upsert(Upserts.request(target, List.of(row)), deadline));
    } finally {
      afterUpsert(!(upserted instanceof Sent.Acknowledged) || sender.hasUnanswered());
    }
    Optional<Sent.Abandoned> fault = fault(upserted);
    if (fault.isEmpty() && operation == Operation.Kind.QUERY) {
      fault = fault(sender.send(lease, deadline -> queries.byKeys(List.of(key), false, deadline)));
    }
    Deletion deletion = deletion();
    Sent deleted = sender.send(lease, deadline -> collection.delete(expression(), deadline));
    if (deleted instanceof Sent.Acknowledged) {
      after(deletion);
    } else {
      LOG.warn("The row {} may be left in the collection {}; it is deleted later", key, target);
    }
    return fault.isPresent() ? fault : fault(deleted);
  }

  /** Deletes it if this process, or one before it, may have left it. */
  void removeIfLeft() throws MilvusException {
    if (mayBeLeft()) {
      Deletion deletion = deletion();
      collection.delete(expression(), Deadline.after(REMOVE_SECONDS, TimeUnit.SECONDS));
      after(deletion);
    }
  }

  private static Optional<Sent.Abandoned> fault(Sent sent) {
    return sent.asFault(FailureCategory.MILVUS_UNAVAILABLE);
  }

  private String expression() {
    return DeleteExpression.of(target.keyField(), List.of(key));
  }

  /** Not before it was sent: a delete of another thread may have been carried out before it. */
  private synchronized void afterUpsert(boolean mayArriveLate) {
    upserts++;
    late |= mayArriveLate;
  }

  /**
   * What is known when a delete is begun.
   *
   * @param last the last upsert that it follows
   * @param late whether one may arrive whatever the server takes
   * @param quiet whether none can arrive any more
   */
  private record Deletion(long last, boolean late, boolean quiet) {}

  private synchronized Deletion deletion() {
    return new Deletion(upserts, late, !late && isQuiet());
  }

  /** The server has carried it out. */
  private synchronized void after(Deletion deletion) {
    if (deletion.late()) {
      late = false;
      quietAt = nanos.getAsLong() + Sender.LONGEST_TRY.toNanos();
    } else if (deletion.quiet()) {
      removed = Math.max(removed, deletion.last());
    }
  }

  /** Whether it may be left and a delete is due. */
  private synchronized boolean mayBeLeft() {
    return fits() && upserts > removed && (late || isQuiet());
  }

  private boolean isQuiet() {
    return nanos.getAsLong() - quietAt >= 0;
  }
}
