package io.freshet.milvus;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.Lease;
import io.freshet.changes.Outcome;
import io.freshet.changes.Time;
import io.freshet.changes.VectorBatch;
import io.freshet.changes.VectorUpdate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes batches into a collection: for each attempt in a batch its upserts, then its deletes.
 * Every change of a batch is in exactly one of the outcomes. What was written into a collection
 * that is not the pipeline's own any more is given back. A failing environment throws nothing; that
 * the collection is lost is said when {@link LossCheck} believes it.
 */
final class BatchWriter {
  private static final Logger LOG = LoggerFactory.getLogger(BatchWriter.class);
  private static final Duration WARNING_INTERVAL = Duration.ofMinutes(1);

  private final MilvusTarget target;
  private final MilvusCollection collection;
  private final Sender sender;
  private final ControlRow controlRow;
  private final LossCheck losses;
  private final Acknowledgements acknowledgements;
  private final RequestLimits upsertLimits;
  private final RequestLimits keyLimits;
  private final Time time;
  private long nextWarning;

  /** A writer to the target, which it keeps loaded from now on. Nothing is sent yet. */
  BatchWriter(MilvusTarget target) {
    this(
        target,
        new Sender(Time.SYSTEM, Backoff.STANDARD, LoadWatch.of(target)::soon),
        LossCheck.heardOf(target),
        Time.SYSTEM,
        RequestLimits.UPSERT,
        RequestLimits.KEYS);
  }

  BatchWriter(
      MilvusTarget target,
      Sender sender,
      LossConfirmation heard,
      Time time,
      RequestLimits upsertLimits,
      RequestLimits keyLimits) {
    this(target, sender, heard, ControlRow.of(target), time, upsertLimits, keyLimits);
  }

  BatchWriter(
      MilvusTarget target,
      Sender sender,
      LossConfirmation heard,
      ControlRow controlRow,
      Time time,
      RequestLimits upsertLimits,
      RequestLimits keyLimits) {
    this.target = target;
    this.time = time;
    this.nextWarning = time.nanos();
    this.collection = new MilvusCollection(target);
    this.sender = sender;
    this.controlRow = controlRow;
    CollectionLooks looks = new CollectionLooks(target, collection);
    this.losses = new LossCheck(target, looks, heard, time, sender.ticker());
    this.acknowledgements = new Acknowledgements(time);
    this.upsertLimits = upsertLimits;
    this.keyLimits = keyLimits;
  }

  /** Writes {@code batch}; returns when all is acknowledged, given up, or past its lease. */
  List<Outcome> write(VectorBatch batch) {
    Map<Lease, List<VectorUpdate>> byLease = new LinkedHashMap<>();
    for (VectorUpdate update : batch.updates()) {
      byLease.computeIfAbsent(update.change().lease(), l -> new ArrayList<>()).add(update);
    }
    List<Outcome> outcomes = new ArrayList<>();
    byLease.forEach((lease, updates) -> outcomes.addAll(write(lease, updates)));
    return outcomes;
  }

  private List<Outcome> write(Lease lease, List<VectorUpdate> updates) {
    OutcomeCollector outcomes = new OutcomeCollector(lease);
    Screening screening = new Screening(target, updates, outcomes);
    CollectionCheck check = new CollectionCheck(target, collection, sender);
    AttemptWriter writer =
        new AttemptWriter(
            target, collection, sender, check, controlRow, acknowledgements, lease, outcomes);
    BatchRequests upserts = writer.upsert(writer.due(screening.upserts(), keyLimits), upsertLimits);
    BatchRequests deletes = writer.delete(writer.due(screening.deletes(), keyLimits), keyLimits);
    // When all that is good is written: that takes its time.
    upserts.judge();
    deletes.judge();
    if (sender.takeUnanswered()) {
      outcomes.mayStillArrive();
    }
    if (outcomes.claimAnything()) {
      // After the last answer: what is the pipeline's own now was so when it was written.
      check.fault(lease).ifPresent(fault -> outcomes.giveBack(fault.category(), fault.detail()));
    }
    List<Outcome> all = losses.believed(lease, outcomes.outcomes());
    tellTrouble(all);
    return all;
  }

  /** A server that answers and does not take what it is sent would else hold all up in silence. */
  private void tellTrouble(List<Outcome> outcomes) {
    for (Outcome outcome : outcomes) {
      if (outcome instanceof Outcome.Abandoned given
          && given.category() == FailureCategory.MILVUS_UNAVAILABLE
          && !given.numbers().isEmpty()
          && time.nanos() - nextWarning >= 0) {
        nextWarning = time.nanos() + WARNING_INTERVAL.toNanos();
        LOG.warn(
            "Milvus does not take {} changes now; they are tried again: {}",
            given.numbers().size(),
            given.detail());
      }
    }
  }
}
