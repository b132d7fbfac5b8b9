package io.freshet.milvus;

import io.freshet.changes.Lease;
import io.freshet.changes.SkipReason;
import io.freshet.changes.VectorUpdate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes what one attempt has in a batch, by {@link BatchRequests} of each operation. */
final class AttemptWriter {
  private final MilvusTarget target;
  private final MilvusCollection collection;
  private final RowQueries queries;
  private final Sender sender;
  private final Control control;
  private final Acknowledgements acknowledgements;
  private final Lease lease;
  private final OutcomeCollector outcomes;
  private Optional<Upserts.Row> lastWritten = Optional.empty();

  AttemptWriter(
      MilvusTarget target,
      MilvusCollection collection,
      Sender sender,
      CollectionCheck check,
      ControlRow controlRow,
      Acknowledgements acknowledgements,
      Lease lease,
      OutcomeCollector outcomes) {
    this.target = target;
    this.collection = collection;
    this.queries = new RowQueries(target);
    this.sender = sender;
    this.control = new Control(target, collection, sender, check, controlRow);
    this.acknowledgements = acknowledgements;
    this.lease = lease;
    this.outcomes = outcomes;
  }

  /**
   * Those of {@code updates} that are to be sent. Where that depends on what the collection holds,
   * it is asked; what it holds may stay has its outcome then.
   */
  List<VectorUpdate> due(List<VectorUpdate> updates, RequestLimits limits) {
    List<VectorUpdate> due = new ArrayList<>();
    List<VectorUpdate> conditional = new ArrayList<>();
    updates.forEach(update -> (WriteCondition.isOn(update) ? conditional : due).add(update));
    Operation look =
        new Operation() {
          private final Map<String, StoredRow> stored = new HashMap<>();

          @Override
          public Kind kind() {
            return Kind.QUERY;
          }

          @Override
          public Sender.Request request(List<VectorUpdate> part) {
            List<String> keys = part.stream().map(Screening::key).toList();
            return deadline ->
                queries.byKeys(keys, false, deadline).forEach(row -> stored.put(row.key(), row));
          }

          @Override
          public void acknowledged(List<VectorUpdate> part, Duration took) {
            for (VectorUpdate update : part) {
              StoredRow row = stored.get(Screening.key(update));
              if (row == null || WriteCondition.gives(update, row)) {
                due.add(update);
              } else {
                outcomes.skipped(
                    update.change().number(),
                    SkipReason.STILL_CURRENT,
                    "the collection holds another row of the key, which the table has");
              }
            }
          }
        };
    BatchRequests looks = requests(look);
    looks.send(limits.split(conditional, AttemptWriter::keyBytes));
    // At once: what is due depends on it.
    looks.judge();
    return due;
  }

  /** Upserts updates of different keys, but for those that are refused. */
  BatchRequests upsert(List<VectorUpdate> updates, RequestLimits limits) {
    Operation upsert =
        new Operation() {
          @Override
          public Kind kind() {
            return Kind.UPSERT;
          }

          @Override
          public Sender.Request request(List<VectorUpdate> part) {
            var request = Upserts.request(target, part.stream().map(AttemptWriter::row).toList());
            return deadline -> collection.upsert(request, deadline);
          }

          @Override
          public void acknowledged(List<VectorUpdate> part, Duration took) {
            lastWritten = Optional.of(row(part.get(0)));
            part.forEach(update -> outcomes.written(update.change().number()));
            acknowledgements.written(part, took);
          }
        };
    BatchRequests upserts = requests(upsert);
    upserts.send(limits.split(updates, update -> row(update).bytes()));
    return upserts;
  }

  /** Deletes the keys of {@code updates}, but for those that are refused. */
  BatchRequests delete(List<VectorUpdate> updates, RequestLimits limits) {
    Operation delete =
        new Operation() {
          @Override
          public Kind kind() {
            return Kind.DELETE;
          }

          @Override
          public Sender.Request request(List<VectorUpdate> part) {
            String expression =
                DeleteExpression.of(target.keyField(), part.stream().map(Screening::key).toList());
            return deadline -> collection.delete(expression, deadline);
          }

          @Override
          public void acknowledged(List<VectorUpdate> part, Duration took) {
            part.forEach(update -> outcomes.deleted(update.change().number()));
            acknowledgements.deleted();
          }
        };
    BatchRequests deletes = requests(delete);
    deletes.send(limits.split(updates, AttemptWriter::keyBytes));
    return deletes;
  }

  private static long keyBytes(VectorUpdate update) {
    return DeleteExpression.bytes(Screening.key(update));
  }

  private BatchRequests requests(Operation operation) {
    return new BatchRequests(
        operation,
        sender,
        lease,
        () -> control.fault(lease, operation.kind(), lastWritten),
        outcomes);
  }

  private static Upserts.Row row(VectorUpdate update) {
    return new Upserts.Row(
        Screening.key(update),
        update.vector(),
        update.change().position().version(),
        update.rowHash());
  }
}
