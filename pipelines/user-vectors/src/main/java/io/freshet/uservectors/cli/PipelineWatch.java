package io.freshet.uservectors.cli;

import io.freshet.changes.FreshetException;
import io.freshet.delta.ChangeFeed;
import io.freshet.delta.HistoryLeft;
import io.freshet.delta.table.LatestVersion;
import io.freshet.delta.table.TableInfo;
import io.freshet.delta.table.TableLog;
import io.freshet.ledger.Cursor;
import io.freshet.ledger.Ledger;
import io.freshet.ledger.LedgerStatus;
import io.freshet.ledger.Ownership;
import io.freshet.uservectors.UserVectorsConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.PipelineResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The driver's loop: tells how the pipeline stands, and ends it when it shall end. */
final class PipelineWatch {
  private static final Logger LOG = LoggerFactory.getLogger(PipelineWatch.class);
  private static final Duration SHORTEST_STEP = Duration.ofMillis(200);

  /** How often the ledger is looked at where nothing shows that it has news. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  private static final Duration LAST_SLICE = Duration.ofSeconds(3);
  private static final Duration CANCEL = Duration.ofSeconds(3);

  private final ChangeFeed feed;
  private final Duration step;
  private final Ledger ledger;
  private final Ownership ownership;
  private final LatestVersion latest;
  private final HistoryLeft historyLeft;
  private final ProgressLine progress;
  private final PipelineGauges gauges;

  PipelineWatch(
      UserVectorsConfig config,
      Ledger ledger,
      Ownership ownership,
      TableInfo table,
      TableLog log,
      PrintStream err) {
    this.feed = config.feed();
    // Each step lists the ledger: no more often than the workers do.
    this.step =
        feed.pollInterval().compareTo(SHORTEST_STEP) > 0 ? feed.pollInterval() : SHORTEST_STEP;
    this.ledger = ledger;
    this.ownership = ownership;
    this.latest =
        new LatestVersion(feed.tableUri(), feed.ledger().configuration(), table.version());
    this.historyLeft = new HistoryLeft(log, table);
    this.progress = new ProgressLine(err, ledger.status());
    this.gauges = new PipelineGauges(config.reporting());
  }

  /**
   * Returns when {@code --untilVersion} is done or a stop was asked for.
   *
   * @throws FreshetException if the pipeline cannot go on
   */
  void watchUntilTheEnd(PipelineResult running, StopRequest stop) {
    try {
      long lookedAt = System.nanoTime() - LOOK.toNanos();
      long writesSeen = -1;
      while (!stop.await(step)) {
        boolean isDue =
            ledger.writes() != writesSeen || System.nanoTime() - lookedAt >= LOOK.toNanos();
        if (!isDue && !hasEnded(running)) {
          continue; // Each look lists the ledger, which costs money where that is an object store.
        }
        writesSeen = ledger.writes();
        lookedAt = System.nanoTime();
        if (look(running)) {
          return;
        }
      }
      ownership.stopHandingOut();
      awaitLastSlice(LAST_SLICE);
    } catch (RunnerBehindException e) {
      ownership.stopHandingOut();
      awaitLastSlice(LAST_SLICE);
      throw e;
    } finally {
      cancel(running);
      tellTheEnd();
    }
  }

  /** Whether the last version is done. */
  private boolean look(PipelineResult running) {
    try {
      ownership.requireHeld();
      requireRunning(running);
      LedgerStatus status = ledger.status();
      tell(status);
      return isBeyond(status.cursor().orElseThrow(), feed.untilVersion());
    } catch (FreshetException e) {
      if (e.category().stopsPipeline()) {
        throw e;
      }
      LOG.warn("Cannot see how the pipeline stands: {}", e.getMessage());
      return false;
    }
  }

  /** What is wrong with the table itself is for those to say who read it: it may be away. */
  private void tell(LedgerStatus status) {
    try {
      long latestVersion = latest.get();
      progress.tell(status, latestVersion, false);
      gauges.set(status, latestVersion, historyLeft(status, latestVersion));
    } catch (FreshetException e) {
      LOG.warn("Cannot see how the table stands: {}", e.getMessage());
    }
  }

  private Duration historyLeft(LedgerStatus status, long latestVersion) {
    return historyLeft.at(status.cursor().orElseThrow(), latestVersion, Instant.now());
  }

  private static boolean isBeyond(Cursor cursor, long version) {
    return cursor.position().version() > version;
  }

  private static void requireRunning(PipelineResult running) {
    if (hasEnded(running)) {
      running.waitUntilFinish(); // Throws what ended it.
      throw new IllegalStateException("The runner ended the pipeline: " + running.getState());
    }
  }

  private static boolean hasEnded(PipelineResult running) {
    PipelineResult.State state = running.getState();
    return state != null && state.isTerminal();
  }

  private void awaitLastSlice(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (System.nanoTime() - end < 0 && ledger.status().inFlight().isPresent()) {
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** In a thread of its own: a runner may hang, and the ledger does not need it to end well. */
  private static void cancel(PipelineResult running) {
    CountDownLatch cancelled = new CountDownLatch(1);
    Thread thread =
        new Thread(
            () -> {
              try {
                running.cancel();
              } catch (IOException | RuntimeException e) {
                LOG.debug("The runner did not end the pipeline in order", e);
              } finally {
                cancelled.countDown();
              }
            },
            "freshet-cancel");
    thread.setDaemon(true);
    thread.start();
    try {
      if (!cancelled.await(CANCEL.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.debug("The runner takes long to end the pipeline; not waiting for it");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tellTheEnd() {
    try {
      LedgerStatus status = ledger.status();
      long latestVersion = latest.get();
      progress.tell(status, latestVersion, true);
      gauges.set(status, latestVersion, historyLeft(status, latestVersion));
    } catch (FreshetException e) {
      LOG.warn("Cannot see how the pipeline stands: {}", e.getMessage());
    }
    gauges.pushNow();
  }
}
