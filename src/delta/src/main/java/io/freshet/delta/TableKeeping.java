package io.freshet.delta;

import io.freshet.changes.FreshetException;
import io.freshet.delta.table.FollowedFiles;
import io.freshet.delta.table.TableLog;
import io.freshet.ledger.Cursor;
import io.freshet.ledger.Ledger;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps in the ledger what a restart would else have to read from the log: now and then, beside the
 * pipeline, for what is done. A process that is killed has lost no more than the last hundreds of
 * commits of it, and those are read again.
 */
public final class TableKeeping implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TableKeeping.class);

  private static final Duration INTERVAL = Duration.ofSeconds(10);

  /** How many commits a restart reads at most, but for those of an interval. */
  static final long COMMITS = 256;

  /**
   * Fewer commits are kept when the last time is so long ago: what is kept counts only as long as
   * the log has its commit, and a table that changes seldom has few before the log is cleaned up.
   */
  private static final Duration OLD = Duration.ofHours(1);

  /** On the way from an old table's beginning, what has been read is kept from time to time. */
  private static final long MOST_AT_ONCE = 20_000;

  private final ChangeFeed feed;
  private final Ledger ledger;
  private final LongSupplier nanoClock;
  private final ScheduledExecutorService keeping =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "table-keeping");
            thread.setDaemon(true);
            return thread;
          });

  private Optional<KeptTable> known = Optional.empty();
  private Optional<Cursor> beginning = Optional.empty();
  private long kept = -1;

  /** When that was found or written last. */
  private long keptAt;

  TableKeeping(ChangeFeed feed) {
    this(feed, System::nanoTime);
  }

  /**
   * Keeps the table of a feed when {@link #keep} is called.
   *
   * @param nanoClock grows by a nanosecond each nanosecond
   */
  TableKeeping(ChangeFeed feed, LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.keptAt = nanoClock.getAsLong();
    this.feed = feed;
    this.ledger = Ledger.at(feed.ledger());
  }

  /** Keeps the table of a feed until it is closed. */
  public static TableKeeping start(ChangeFeed feed) {
    TableKeeping started = new TableKeeping(feed);
    Future<?> unused =
        started.keeping.scheduleWithFixedDelay(
            started::keepOrLog, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    return started;
  }

  /** It is tried again: nothing but the time of a restart depends on it. */
  private void keepOrLog() {
    try {
      boolean more = true;
      while (more && !keeping.isShutdown()) {
        more = keep();
      }
    } catch (RuntimeException | Error e) {
      known = Optional.empty();
      if (e instanceof FreshetException) {
        LOG.warn("The table could not be kept in the ledger: {}", e.getMessage());
      } else {
        LOG.warn("The table could not be kept in the ledger", e);
      }
    }
  }

  /**
   * Keeps what is done, if that is more than was kept. Returns whether that was only a part of it,
   * and the rest can be kept now.
   */
  boolean keep() {
    Optional<Cursor> cursor = ledger.cursor();
    if (cursor.isEmpty()) {
      return false;
    }
    long done = cursor.get().position().version() - (cursor.get().snapshot() ? 0 : 1);
    if (done < 0 || !isDue(done)) {
      return false;
    }
    beginning = beginning.or(ledger::beginning); // It stays what it is while a pipeline runs.
    if (known.isEmpty()) {
      TableLog log = KeptTable.open(feed);
      known = KeptTable.newest(feed, log, beginning.orElseThrow(), done);
      if (known.isEmpty()) {
        known = fromLog(log, beginning.orElseThrow(), done);
        known.ifPresent(this::keep);
      } else {
        setKept(known.get());
      }
      return known.isPresent() && isDue(done);
    }
    KeptTable table = known.get();
    table.advance(Math.min(done, kept + MOST_AT_ONCE));
    keep(table);
    return kept < done;
  }

  private void keep(KeptTable table) {
    table.keep(ledger);
    setKept(table);
  }

  private void setKept(KeptTable table) {
    kept = table.files().version();
    keptAt = nanoClock.getAsLong();
  }

  private boolean isDue(long done) {
    boolean isOld = nanoClock.getAsLong() - keptAt >= OLD.toNanos();
    return kept < 0 || done - kept >= COMMITS || (done > kept && isOld);
  }

  /** Dates and files by the same reading of each commit, so that they are of one table. */
  private static Optional<KeptTable> fromLog(TableLog log, Cursor beginning, long done) {
    Cursor dated = KeptTable.datedFrom(beginning);
    long start = FileDates.start(log, dated);
    if (start > done) {
      return Optional.empty(); // What has been cleaned away is still being read.
    }
    Optional<FollowedFiles> files = FollowedFiles.at(log, start);
    Optional<KeptTable> table =
        files.map(there -> KeptTable.of(there, FileDates.of(log, dated, there), beginning));
    table.ifPresent(kept -> kept.advance(Math.min(done, Math.max(0, start + MOST_AT_ONCE))));
    return table;
  }

  @Override
  public void close() {
    keeping.shutdown();
  }
}
