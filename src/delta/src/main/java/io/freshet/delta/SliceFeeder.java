package io.freshet.delta;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.ledger.Ledger;
import io.freshet.ledger.LedgerIdentity;
import io.freshet.ledger.SliceCoordinator;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.apache.beam.sdk.schemas.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the coordinator for the next slice, no more often than the poll interval. One for each feed
 * and generation in a JVM, the last few of them: what it remembers only saves time, so that it may
 * be lost.
 */
final class SliceFeeder {
  private static final Logger LOG = LoggerFactory.getLogger(SliceFeeder.class);

  /**
   * The DirectRunner asks hundreds of times a second; a nap each time leaves the processor to
   * others.
   */
  private static final Duration NAP = Duration.ofMillis(20);

  private static final Duration TROUBLE_LOG_INTERVAL = Duration.ofSeconds(10);
  private static final RecentlyUsed<String, SliceFeeder> FEEDERS = new RecentlyUsed<>(8);

  private final ChangeFeed feed;
  private final Ledger ledger;
  private final Schema schema;
  private final TableSlicePlanner planner;
  private final SliceCoordinator coordinator;
  private long nextPoll = System.nanoTime();
  private long writesSeen;
  private long nextTroubleLog = System.nanoTime();
  private volatile boolean polling;

  private SliceFeeder(
      ChangeFeed feed, String generation, Schema schema, TableSlicePlanner planner) {
    this.feed = feed;
    this.schema = schema;
    this.ledger = Ledger.at(feed.ledger());
    this.planner = planner;
    this.coordinator = ledger.coordinator(generation, feed.fingerprint(), feed.limits(), planner);
  }

  static SliceFeeder of(ChangeFeed feed, String generation, Schema schema) {
    return FEEDERS.get(
        feed.ledger().uri() + " " + generation,
        () -> new SliceFeeder(feed, generation, schema, planner(feed, schema)));
  }

  /** That of the generation before, which knows the table's log; unless somebody hangs in it. */
  private static TableSlicePlanner planner(ChangeFeed feed, Schema schema) {
    return FEEDERS.all().stream()
        .filter(
            before -> before.feed.equals(feed) && before.schema.equals(schema) && !before.polling)
        .map(before -> before.planner)
        .reduce((older, newer) -> newer)
        .orElseGet(
            () ->
                new TableSlicePlanner(
                    () -> KeptTable.open(feed),
                    feed,
                    Optional.of(schema),
                    () -> Ledger.at(feed.ledger()).identity().map(LedgerIdentity::tableId),
                    System::nanoTime));
  }

  /** The next attempt, or empty after a nap if there is none now. */
  synchronized Optional<String> next() {
    if (!isDue()) {
      LockSupport.parkNanos(NAP.toNanos());
      if (!isDue()) {
        return Optional.empty();
      }
    }
    writesSeen = ledger.writes();
    Optional<String> attempt = poll();
    nextPoll = System.nanoTime() + feed.pollInterval().toNanos();
    return attempt;
  }

  /** When the interval is over, or a worker of this JVM has brought news. */
  private boolean isDue() {
    return System.nanoTime() - nextPoll >= 0 || ledger.writes() != writesSeen;
  }

  private RuntimeException told(RuntimeException e) {
    if (e instanceof FreshetException) {
      return e;
    }
    long version = ledger.cursor().map(cursor -> cursor.position().version()).orElse(0L);
    return VersionErrors.told(version, feed.tableUri(), e);
  }

  /** What cannot be recorded now is met again at the next poll. */
  private void tellOrLog(FreshetException e) {
    try {
      tell(e);
    } catch (FreshetException recording) {
      LOG.warn("{}. That could not be recorded: {}", e.getMessage(), recording.getMessage());
    }
  }

  private void tell(FreshetException e) {
    if (e.category() == FailureCategory.UNEXPECTED) {
      LOG.error("No slice can be handed out", e);
    }
    if (e.category() == FailureCategory.COMMIT_CHANGED) {
      KeptTable.drop(feed.ledger(), feed.tableUri());
    }
    if (e.category().stopsPipeline()) {
      coordinator.halt(e);
    } else if (System.nanoTime() - nextTroubleLog >= 0) {
      LOG.warn("No slice can be handed out now: {}", e.getMessage());
      nextTroubleLog = System.nanoTime() + TROUBLE_LOG_INTERVAL.toNanos();
    }
  }

  private Optional<String> poll() {
    FeedActivity.polled();
    polling = true;
    FeedActivity.begin();
    try {
      return coordinator.poll();
    } catch (RuntimeException e) {
      RuntimeException told = told(e);
      if (!(told instanceof FreshetException failure)) {
        throw told;
      }
      tellOrLog(failure);
      return Optional.empty();
    } finally {
      FeedActivity.end();
      polling = false;
    }
  }
}
