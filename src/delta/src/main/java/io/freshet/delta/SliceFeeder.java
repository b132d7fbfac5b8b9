package io.freshet.delta;

import io.freshet.changes.FreshetException;
import io.freshet.ledger.Ledger;
import io.freshet.ledger.SliceCoordinator;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the coordinator for the next slice, no more often than the poll interval. One for each feed
 * and generation in a JVM: what it remembers only saves time, so that it may be lost.
 */
final class SliceFeeder {
  private static final Logger LOG = LoggerFactory.getLogger(SliceFeeder.class);

  /**
   * The DirectRunner asks hundreds of times a second; a nap each time leaves the processor to
   * others.
   */
  private static final Duration NAP = Duration.ofMillis(20);

  private static final Duration TROUBLE_LOG_INTERVAL = Duration.ofSeconds(10);
  private static final Map<String, SliceFeeder> FEEDERS = new ConcurrentHashMap<>();

  private final ChangeFeed feed;
  private final Ledger ledger;
  private final SliceCoordinator coordinator;
  private long nextPoll = System.nanoTime();
  private long writesSeen;
  private long nextTroubleLog = System.nanoTime();

  private SliceFeeder(ChangeFeed feed, String generation) {
    this.feed = feed;
    this.ledger = Ledger.at(feed.ledger());
    this.coordinator =
        ledger.coordinator(
            generation,
            feed.fingerprint(),
            feed.limits(),
            new TableSlicePlanner(() -> KeptTable.open(feed), feed));
  }

  static SliceFeeder of(ChangeFeed feed, String generation) {
    return FEEDERS.computeIfAbsent(
        feed.ledger().uri() + " " + generation, key -> new SliceFeeder(feed, generation));
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

  private Optional<String> poll() {
    try {
      return coordinator.poll();
    } catch (FreshetException e) {
      if (e.category().stopsPipeline()) {
        coordinator.halt(e);
      } else if (System.nanoTime() - nextTroubleLog >= 0) {
        LOG.warn("No slice can be handed out now: {}", e.getMessage());
        nextTroubleLog = System.nanoTime() + TROUBLE_LOG_INTERVAL.toNanos();
      }
      return Optional.empty();
    }
  }
}
