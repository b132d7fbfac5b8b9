package io.freshet.milvus;

import io.freshet.changes.Lease;
import io.freshet.changes.SkipReason;
import io.freshet.changes.VectorUpdate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Writes what one attempt has in a batch. A request that the server refuses is halved until the
 * rows at fault stand alone, provided that the {@link Control} finds the environment in order.
 */
final class AttemptWriter {
  private final MilvusTarget target;
  private final MilvusCollection collection;
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
      Acknowledgements acknowledgements,
      Lease lease,
      OutcomeCollector outcomes) {
    this.target = target;
    this.collection = collection;
    this.sender = sender;
    this.control = new Control(target, collection, sender);
    this.acknowledgements = acknowledgements;
    this.lease = lease;
    this.outcomes = outcomes;
  }

  /** One request of this kind with these updates. */
  private interface Operation {
    Sender.Request request(List<VectorUpdate> updates);

    void acknowledged(List<VectorUpdate> updates, Duration took);
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
    limits
        .split(updates, update -> DeleteExpression.bytes(Screening.key(update)))
        .forEach(part -> send(part, delete));
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
