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

/**
 * Writes what one attempt has in a batch. A request that the server refuses is halved until the
 * rows at fault stand alone, provided that the {@link Control} finds the environment in order.
 */
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
      Acknowledgements acknowledgements,
      Lease lease,
      OutcomeCollector outcomes) {
    this.target = target;
    this.collection = collection;
    this.queries = new RowQueries(target);
    this.sender = sender;
    this.control = new Control(target, collection, sender, check);
    this.acknowledgements = acknowledgements;
    this.lease = lease;
    this.outcomes = outcomes;
  }

  /** One request of this kind with these updates. */
  private interface Operation {
    Sender.Request request(List<VectorUpdate> updates);

    void acknowledged(List<VectorUpdate> updates, Duration took);
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
    limits.split(conditional, AttemptWriter::keyBytes).forEach(part -> send(part, look));
    return due;
  }

  /** Upserts updates of different keys. */
  void upsert(List<VectorUpdate> updates, RequestLimits limits) {
    Operation upsert =
        new Operation() {
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
    limits.split(updates, update -> row(update).bytes()).forEach(part -> send(part, upsert));
  }

  /** Deletes the keys of {@code updates}. */
  void delete(List<VectorUpdate> updates, RequestLimits limits) {
    Operation delete =
        new Operation() {
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
    limits.split(updates, AttemptWriter::keyBytes).forEach(part -> send(part, delete));
  }

  private static long keyBytes(VectorUpdate update) {
    return DeleteExpression.bytes(Screening.key(update));
  }

  private void send(List<VectorUpdate> part, Operation operation) {
    Sent sent = sender.send(lease, operation.request(part));
    if (sent instanceof Sent.Acknowledged acknowledged) {
      operation.acknowledged(part, acknowledged.took());
    } else if (sent instanceof Sent.Abandoned abandoned) {
      abandon(part, abandoned);
    } else if (sent instanceof Sent.Refused refused) {
      refused(part, operation, refused);
    }
  }

  private void refused(List<VectorUpdate> part, Operation operation, Sent.Refused refused) {
    Optional<Sent.Abandoned> fault = control.fault(lease, lastWritten);
    if (fault.isPresent()) {
      abandon(part, fault.get());
    } else if (part.size() == 1) {
      outcomes.skipped(part.get(0).change().number(), SkipReason.REFUSED, refused.detail());
    } else {
      int half = part.size() / 2;
      send(part.subList(0, half), operation);
      send(part.subList(half, part.size()), operation);
    }
  }

  private void abandon(List<VectorUpdate> part, Sent.Abandoned abandoned) {
    part.forEach(
        update ->
            outcomes.abandoned(update.change().number(), abandoned.category(), abandoned.detail()));
  }

  private static Upserts.Row row(VectorUpdate update) {
    return new Upserts.Row(
        Screening.key(update),
        update.vector(),
        update.change().position().version(),
        update.rowHash());
  }
}
