package io.freshet.delta;

import io.freshet.changes.Change;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.Slice;
import io.freshet.changes.metrics.PipelineMetrics;
import io.freshet.delta.table.CommitChange;
import io.freshet.delta.table.TableLog;
import io.freshet.ledger.ClaimedSlice;
import io.freshet.ledger.Ledger;
import io.freshet.ledger.LedgerIdentity;
import io.freshet.ledger.ReadCommit;
import io.freshet.ledger.Writers;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker's side of the feed: claims an attempt, reads its slice, records the manifest and emits
 * the changes. One for each feed in a JVM; slices are read one after the other.
 */
final class SliceChanges {
  private static final Logger LOG = LoggerFactory.getLogger(SliceChanges.class);
  private static final int DECODERS =
      Math.min(4, Math.max(2, Runtime.getRuntime().availableProcessors()));
  private static final ExecutorService DECODING = decodingThreads();
  private static final RecentlyUsed<Reader, SliceChanges> OPEN = new RecentlyUsed<>(8);

  private final String table;
  private final Schema schema;
  private final Ledger ledger;
  private final SliceRows rows;
  private final AnchoredReading anchored;
  private final int keyIndex;
  private final int eventTimeIndex;
  private Optional<LastRead> lastRead = Optional.empty();

  private record LastRead(Slice slice, AnchoredReading.Read<SliceRows.Reading> read) {}

  private record Reader(String ledger, String fingerprint, Schema schema) {}

  private SliceChanges(ChangeFeed feed, Schema schema) {
    this.table = feed.tableUri();
    this.schema = schema;
    this.ledger = Ledger.at(feed.ledger());
    this.rows =
        new SliceRows(feed, schema, () -> KeptTable.open(feed), new Decoders(DECODING, DECODERS));
    this.anchored =
        new AnchoredReading(
            rows.units(),
            new SameTable(
                feed.tableUri(),
                rows.units()::log,
                () -> ledger.identity().map(LedgerIdentity::tableId),
                System::nanoTime),
            rows::forget);
    this.keyIndex = feed.columns().indexOf(feed.keyColumn());
    this.eventTimeIndex = feed.columns().indexOf(feed.eventTimeColumn());
  }

  static SliceChanges of(ChangeFeed feed, Schema schema) {
    return OPEN.get(
        new Reader(feed.ledger().uri(), feed.fingerprint(), schema),
        () -> new SliceChanges(feed, schema));
  }

  /**
   * Emits the changes of an attempt that have no outcome yet; nothing if the attempt has been
   * replaced.
   */
  void emit(String attempt, Writers writers, Consumer<Change> output) throws InterruptedException {
    FeedActivity.begin();
    try {
      emitClaimed(attempt, writers, output);
    } finally {
      FeedActivity.end();
    }
  }

  private synchronized void emitClaimed(String attempt, Writers writers, Consumer<Change> output)
      throws InterruptedException {
    Optional<ClaimedSlice> claimed;
    try {
      claimed = ledger.claims().claim(attempt, writers);
    } catch (FreshetException e) {
      LOG.warn("{} could not be claimed; it is tried again: {}", attempt, e.getMessage());
      return;
    }
    if (claimed.isEmpty()) {
      requireFirst(attempt, writers);
      return;
    }
    ClaimedSlice slice = claimed.get();
    SliceRows.Read read;
    try {
      AnchoredReading.Read<SliceRows.Reading> anchoredRead = read(slice);
      if (anchoredRead.value() instanceof SliceRows.TooBig tooBig) {
        slice.giveUpAsTooBig(tooBig.rowsThatFit());
        return;
      }
      read = (SliceRows.Read) anchoredRead.value();
      slice.recordManifest(
          read.rows(),
          read.skipped(),
          read.changes().stream().mapToInt(KeyChange::rows).toArray(),
          read.newestCommit(),
          anchoredRead.last(slice.slice()),
          anchoredRead.files(slice.slice()),
          read.rowsThatFit());
    } catch (RuntimeException e) {
      RuntimeException told = VersionErrors.told(slice.slice().from().version(), table, e);
      if (!(told instanceof FreshetException failure)) {
        throw told;
      }
      giveUp(slice, failure);
      return;
    }
    long skipped = read.skipped().values().stream().mapToLong(Long::longValue).sum();
    if (skipped > 0 && !slice.isReadBefore()) {
      PipelineMetrics.RECORDS_PROCESSED.add(skipped, "skipped");
    }
    for (int number = 0; number < read.changes().size(); number++) {
      if (!slice.isSettled(number)) {
        output.accept(change(slice, number, read.changes().get(number)));
      }
    }
  }

  /**
   * A runner that runs a task once more has lost what its first run emitted. It would take it for
   * done if nothing came of the second, and clear what it counts as failed; the ledger hands it out
   * again in any case.
   */
  private void requireFirst(String attempt, Writers writers) {
    if (writers == Writers.OTHERS_TOO && ledger.claims().isClaimed(attempt)) {
      throw new IllegalStateException(
          attempt
              + " is read a second time, since a task has failed; what is left of it is handed out again when its lease is over");
    }
  }

  /**
   * An attempt that is tried again finds what the last one read, if the table still has that: a
   * look-up may take long.
   */
  private AnchoredReading.Read<SliceRows.Reading> read(ClaimedSlice claimed)
      throws InterruptedException {
    Slice slice = claimed.slice();
    Optional<AnchoredReading.Read<SliceRows.Reading>> known =
        lastRead.filter(last -> last.slice().equals(slice)).map(LastRead::read);
    boolean isAsRead = known.map(last -> areAsRead(last.files(slice))).orElse(false);
    lastRead = Optional.empty();
    AnchoredReading.Read<SliceRows.Reading> read;
    if (isAsRead) {
      read = known.get();
      anchored.requireStillThere(claimed.after(), read, claimed.planned());
    } else {
      known.ifPresent(changed -> rows.forget()); // The columns may be others, too.
      read =
          anchored.read(
              claimed.after(),
              claimed.planned(),
              () -> claimed.isWhole() ? rows.read(slice) : rows.readIfItFits(slice));
    }
    if (read.value() instanceof SliceRows.Read) {
      lastRead = Optional.of(new LastRead(slice, read));
    }
    return read;
  }

  private boolean areAsRead(List<ReadCommit> commits) {
    TableLog log = rows.units().log();
    return commits.stream().allMatch(commit -> log.changeOf(commit) == CommitChange.NONE);
  }

  private void giveUp(ClaimedSlice slice, FreshetException why) {
    if (why.category() == FailureCategory.UNEXPECTED) {
      LOG.error("{} cannot be read", slice.lease().attempt(), why);
    } else {
      LOG.warn("{} cannot be read: {}", slice.lease().attempt(), why.getMessage());
    }
    try {
      slice.giveUp(why.category(), why.getMessage());
    } catch (FreshetException e) {
      LOG.warn("That could not be recorded; the lease runs out instead: {}", e.getMessage());
    }
  }

  private Change change(ClaimedSlice slice, int number, KeyChange change) {
    ReadRow row = change.row();
    Object[] values = row.values();
    return new Change(
        slice.lease(),
        number,
        row.position(),
        row.type(),
        slice.slice().snapshot() ? Change.NO_COMMIT : row.commitTimestamp(),
        eventTimeIndex < 0 ? Optional.empty() : eventTime(values[eventTimeIndex]),
        KeyText.of(values[keyIndex]),
        Row.withSchema(schema).attachValues(values),
        !slice.slice().snapshot() && KeyLookup.cuts(slice.slice(), row.position().version()),
        change.gone().stream().map(gone -> Row.withSchema(schema).attachValues(gone)).toList(),
        slice.isSuspected(number));
  }

  private static Optional<Instant> eventTime(Object value) {
    if (value instanceof Instant instant) {
      return Optional.of(instant);
    }
    return value instanceof LocalDateTime local
        ? Optional.of(local.toInstant(ZoneOffset.UTC))
        : Optional.empty();
  }

  private static ExecutorService decodingThreads() {
    AtomicInteger count = new AtomicInteger();
    return Executors.newFixedThreadPool(
        DECODERS,
        task -> {
          Thread thread = new Thread(task, "parquet-decoder-" + count.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }
}
