package io.freshet.uservectors.verify;

import io.freshet.changes.Change;
import io.freshet.changes.ChangeType;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.Lease;
import io.freshet.changes.Outcome;
import io.freshet.changes.Position;
import io.freshet.changes.Time;
import io.freshet.changes.VectorBatch;
import io.freshet.changes.VectorUpdate;
import io.freshet.ledger.Mending;
import io.freshet.ledger.OutcomeTotals;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/**
 * Writes what is missing or wrong, and deletes what is too much. Only while this process owns the
 * ledger, and under claims as a worker's are: a pipeline that takes over waits until they are over.
 */
final class Repair {
  /** Less than an owner may be silent before another takes over. */
  static final Duration LEASE = Duration.ofSeconds(5);

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofMillis(200);

  /** So many may be refused with nothing taken; what more suffer is no fault of theirs. */
  private static final int MOST_ALONE = 3;

  /** What is refused for less is a hiccup of the server. */
  private static final Duration SUSPECTED = Duration.ofSeconds(10);

  private final Mending mending;
  private final Function<VectorBatch, List<Outcome>> writer;
  private final Embedding embedding;
  private final Row noRow;
  private final long done;
  private final int batchSize;
  private final Set<String> inFlight;
  private final Time time;

  /** What Milvus refused while it took a good row. */
  private final List<VectorUpdate> refused = new ArrayList<>();

  private long lastRefused;
  private OutcomeTotals totals = OutcomeTotals.NONE;

  /**
   * A repair.
   *
   * @param mending the right to write, which whoever has taken it ends
   * @param writer writes a batch under its leases, and says what became of every update
   * @param done the version that the table is compared at
   * @param inFlight keys that a pipeline has under way, and will write itself
   */
  Repair(
      Mending mending,
      Function<VectorBatch, List<Outcome>> writer,
      Embedding embedding,
      Schema schema,
      long done,
      int batchSize,
      Set<String> inFlight,
      Time time) {
    this.mending = mending;
    this.writer = writer;
    this.embedding = embedding;
    this.noRow = Row.nullRow(schema);
    this.done = done;
    this.batchSize = batchSize;
    this.inFlight = inFlight;
    this.time = time;
  }

  /** What has become of differences so far; not of those that are to be tried again. */
  OutcomeTotals totals() {
    return totals;
  }

  /** Mends differences of different keys. */
  void mend(List<Difference> differences) {
    for (int start = 0; start < differences.size(); start += batchSize) {
      mendBatch(
          differences.subList(start, Math.min(differences.size(), start + batchSize)).stream()
              .filter(difference -> !inFlight.contains(difference.key()))
              .toList());
    }
  }

  /**
   * Ends the mending: what Milvus has refused while it took others is tried again, after a while.
   * What it still refuses stays as it is, and a log line says so.
   */
  void finish() throws InterruptedException {
    List<VectorUpdate> suspects = List.copyOf(refused);
    if (suspects.isEmpty()) {
      return;
    }
    refused.clear();
    if (totals.written() + totals.deleted() == 0 && suspects.size() > MOST_ALONE) {
      throw new FreshetException(
          FailureCategory.ALL_REFUSED,
          "Milvus refuses all "
              + suspects.size()
              + " rows that are to be mended, and takes a row that is certainly good; see its log and"
              + " the options");
    }
    Duration since = time.since(lastRefused);
    if (since.compareTo(SUSPECTED) < 0) {
      time.sleep(SUSPECTED.minus(since));
    }
    for (int start = 0; start < suspects.size(); start += batchSize) {
      write(suspects.subList(start, Math.min(suspects.size(), start + batchSize)), true);
    }
  }

  private void mendBatch(List<Difference> differences) {
    List<Embedding.Item> items = new ArrayList<>();
    List<VectorUpdate> updates = new ArrayList<>();
    for (Difference difference : differences) {
      if (difference.verdict() == Verdict.EXTRA) {
        updates.add(deletion(difference));
      } else {
        TableRow row = difference.wanted().orElseThrow();
        items.add(new Embedding.Item(difference.key(), version(row), row.row()));
      }
    }
    if (!items.isEmpty()) {
      updates.addAll(embedding.embed(items));
    }
    if (!updates.isEmpty()) {
      write(updates, false);
    }
  }

  /** The row's own version where the log tells it, so that the next reader sees the same. */
  long version(TableRow row) {
    return row.date().placed() ? row.date().to() : done;
  }

  /** Spares a row of a later version than the one that was found. */
  private VectorUpdate deletion(Difference extra) {
    long found = extra.stored().orElseThrow().commitVersion();
    return new VectorUpdate(
        new Change(
            new Lease("", Instant.EPOCH),
            0,
            Position.startOf(Math.max(done, found) + 1),
            ChangeType.DELETE,
            Change.NO_COMMIT,
            Optional.empty(),
            Optional.of(extra.key()),
            noRow,
            true,
            List.of()),
        0,
        new float[0]);
  }

  private void write(List<VectorUpdate> updates, boolean suspected) {
    long end = time.nanos() + PATIENCE.toNanos();
    List<VectorUpdate> left = updates;
    while (!left.isEmpty()) {
      List<VectorUpdate> batch = numbered(left, mending.renew(), suspected);
      Set<Integer> given = new HashSet<>();
      Optional<Outcome.Abandoned> why = Optional.empty();
      for (Outcome outcome : writer.apply(new VectorBatch(batch))) {
        if (outcome instanceof Outcome.Abandoned abandoned && isRefusal(abandoned.category())) {
          abandoned.numbers().forEach(number -> refused.add(batch.get(number)));
          lastRefused = time.nanos();
        } else if (outcome instanceof Outcome.Abandoned abandoned) {
          given.addAll(abandoned.numbers());
          why = Optional.of(abandoned);
        } else {
          totals = totals.plus(totals(outcome));
        }
      }
      if (why.isPresent() && (why.get().category().stopsPipeline() || time.nanos() - end >= 0)) {
        throw new FreshetException(
            why.get().category(), "The collection cannot be mended: " + why.get().detail());
      }
      left = batch.stream().filter(update -> given.contains(update.change().number())).toList();
      if (why.isEmpty()) {
        mending.answered();
      } else if (!left.isEmpty()) {
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  private static OutcomeTotals totals(Outcome outcome) {
    long count = outcome.numbers().size();
    if (outcome instanceof Outcome.Skipped skipped) {
      return new OutcomeTotals(0, 0, Map.of(skipped.reason().label(), count));
    }
    return outcome instanceof Outcome.Deleted
        ? new OutcomeTotals(0, count, Map.of())
        : new OutcomeTotals(count, 0, Map.of());
  }

  private static boolean isRefusal(FailureCategory category) {
    return category == FailureCategory.ROW_REFUSED || category == FailureCategory.ALL_REFUSED;
  }

  /** The same updates, numbered, under a lease. */
  private static List<VectorUpdate> numbered(
      List<VectorUpdate> updates, Lease lease, boolean suspected) {
    List<VectorUpdate> batch = new ArrayList<>(updates.size());
    for (VectorUpdate update : updates) {
      Change change = update.change();
      batch.add(
          new VectorUpdate(
              new Change(
                  lease,
                  batch.size(),
                  change.position(),
                  change.type(),
                  change.commitTimestamp(),
                  change.eventTime(),
                  change.key(),
                  change.row(),
                  change.cut(),
                  change.gone(),
                  suspected),
              update.rowHash(),
              update.vector()));
    }
    return batch;
  }
}
