package io.freshet.delta;

import io.freshet.changes.Change;
import io.freshet.changes.FreshetException;
import io.freshet.changes.Slice;
import io.freshet.changes.metrics.PipelineMetrics;
import io.freshet.ledger.ClaimedSlice;
import io.freshet.ledger.Ledger;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
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
  private static final Map<String, SliceChanges> OPEN = new ConcurrentHashMap<>();

  private final Schema schema;
  private final Ledger ledger;
  private final SliceRows rows;
  private final int keyIndex;
  private final int eventTimeIndex;
  private Optional<LastRead> lastRead = Optional.empty();

  private record LastRead(Slice slice, SliceRows.Read rows) {}

  private SliceChanges(ChangeFeed feed, Schema schema) {
    this.schema = schema;
    this.ledger = Ledger.at(feed.ledger());
    this.rows =
        new SliceRows(feed, schema, () -> KeptTable.open(feed), new Decoders(DECODING, DECODERS));
    this.keyIndex = feed.columns().indexOf(feed.keyColumn());
    this.eventTimeIndex = feed.columns().indexOf(feed.eventTimeColumn());
  }

  static SliceChanges of(ChangeFeed feed, Schema schema) {
    return OPEN.computeIfAbsent(
        feed.ledger().uri() + " " + feed.fingerprint(), key -> new SliceChanges(feed, schema));
  }

  /**
   * Emits the changes of an attempt that have no outcome yet; nothing if the attempt has been
   * replaced.
   */
  synchronized void emit(String attempt, Consumer<Change> output) throws InterruptedException {
    Optional<ClaimedSlice> claimed;
    try {
      claimed = ledger.claims().claim(attempt);
    } catch (FreshetException e) {
      LOG.warn("{} could not be claimed; it is tried again: {}", attempt, e.getMessage());
      return;
    }
    if (claimed.isEmpty()) {
      return;
    }
    ClaimedSlice slice = claimed.get();
    SliceRows.Read read;
    try {
      read = read(slice.slice());
      slice.recordManifest(read.rows(), read.skipped(), read.changes().size(), read.newestCommit());
    } catch (FreshetException e) {
      giveUp(slice, e);
      return;
    }
    long skipped = read.skipped().values().stream().mapToLong(Long::longValue).sum();
    if (skipped > 0) {
      PipelineMetrics.RECORDS_PROCESSED.add(skipped, "skipped");
    }
    for (int number = 0; number < read.changes().size(); number++) {
      if (!slice.isSettled(number)) {
        output.accept(change(slice, number, read.changes().get(number)));
      }
    }
  }

  /** An attempt that is tried again finds what the last one read: a look-up may take long. */
  private SliceRows.Read read(Slice slice) throws InterruptedException {
    if (lastRead.isEmpty() || !lastRead.get().slice().equals(slice)) {
      lastRead = Optional.empty();
      lastRead = Optional.of(new LastRead(slice, rows.read(slice)));
    }
    return lastRead.get().rows();
  }

  private void giveUp(ClaimedSlice slice, FreshetException why) {
    LOG.warn("{} cannot be read: {}", slice.lease().attempt(), why.getMessage());
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
        row.commitTimestamp(),
        eventTimeIndex < 0 ? Optional.empty() : eventTime(values[eventTimeIndex]),
        KeyText.of(values[keyIndex]),
        Row.withSchema(schema).attachValues(values),
        !slice.slice().snapshot() && KeyLookup.cuts(slice.slice(), row.position().version()),
        change.gone().stream().map(gone -> Row.withSchema(schema).attachValues(gone)).toList());
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
