package io.freshet.uservectors.cli;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.delta.ChangeFeed;
import io.freshet.delta.FeedActivity;
import io.freshet.delta.HistoryLeft;
import io.freshet.delta.table.LatestVersion;
import io.freshet.delta.table.TableInfo;
import io.freshet.delta.table.TableLog;
import io.freshet.ledger.Cursor;
import io.freshet.ledger.Ledger;
import io.freshet.ledger.LedgerSilence;
import io.freshet.ledger.LedgerStatus;
import io.freshet.ledger.Ownership;
import io.freshet.uservectors.UserVectorsConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
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

  /** How often it is seen whether the slice in flight is done. */
  private static final Duration NEXT_LOOK = Duration.ofMillis(50);

  private static final Duration CANCEL = Duration.ofSeconds(3);

  private final Runner runner;
  private final ChangeFeed feed;
  private final Duration step;
  private final Ledger ledger;
  private final Ownership ownership;
  private final LatestVersion latest;
  private final HistoryLeft historyLeft;
  private final TableBinding binding;
  private final ProgressLine progress;
  private final TroubleLine trouble;
  private final PipelineGauges gauges;
  private final RenewalRule renewalRule = RenewalRule.ofThisJvm();
  private final StallWatch stallWatch = new StallWatch();

  /** What the last look has brought: the pipeline's end, or why its graph is to be renewed. */
  private boolean atEnd;

  private Optional<Renewal> renewal = Optional.empty();

  /** Whether a look has found that all is read. */
  private boolean caughtUp;

  /** What changes when anybody does anything for the pipeline. */
  private record News(
      Cursor cursor, long slices, int attempts, boolean claimed, long outcomes, long polls) {
    static News of(LedgerStatus status, long polls) {
      Optional<LedgerStatus.InFlight> slice = status.inFlight();
      return new News(
          status.cursor().orElseThrow(),
          status.slices(),
          // Attempts that nobody claims are no news: whoever makes them does nothing else.
          slice
              .filter(LedgerStatus.InFlight::claimed)
              .map(LedgerStatus.InFlight::attempts)
              .orElse(0),
          slice.map(LedgerStatus.InFlight::claimed).orElse(false),
          slice.map(s -> s.outcomes().total()).orElse(0L),
          polls);
    }
  }

  PipelineWatch(
      Runner runner,
      UserVectorsConfig config,
      Ledger ledger,
      Ownership ownership,
      TableInfo table,
      TableLog log,
      PrintStream err) {
    this.runner = runner;
    this.feed = config.feed();
    // Each step lists the ledger: no more often than the workers do.
    this.step =
        feed.pollInterval().compareTo(SHORTEST_STEP) > 0 ? feed.pollInterval() : SHORTEST_STEP;
    this.ledger = ledger;
    this.ownership = ownership;
    this.latest =
        new LatestVersion(feed.tableUri(), feed.ledger().configuration(), table.version());
    this.historyLeft = new HistoryLeft(log, table);
    this.binding = new TableBinding(ledger, ownership, table, log);
    this.progress =
        new ProgressLine(err, ledger.status(), feed.limits().lease().plus(feed.limits().settle()));
    this.trouble = new TroubleLine(err, runner.name());
    this.gauges = new PipelineGauges(config.reporting());
  }

  /**
   * Returns when {@code --untilVersion} is done or a stop was asked for, and then empty; or when
   * the graph has been ended to be made anew.
   *
   * @throws FreshetException if the pipeline cannot go on
   */
  Optional<Renewal> watchUntilTheEnd(PipelineResult running, StopRequest stop) {
    boolean ended = false;
    try {
      begin();
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
        look(running);
        if (atEnd) {
          return Optional.empty();
        }
        if (renewal.isPresent() && stopHandingOut(stop)) {
          ended = true;
          cancel(renewal.get().runnerToo() ? running::cancel : () -> runner.endGraph(running));
          return renewal;
        }
      }
      endInOrder();
      return Optional.empty();
    } finally {
      if (!ended) {
        cancel(running::cancel);
        tellTheEnd();
      }
    }
  }

  /** Whether all that the table had was read at some time. */
  boolean hasCaughtUp() {
    return caughtUp;
  }

  private void begin() {
    renewal = Optional.empty();
    stallWatch.restart(System.nanoTime());
    try {
      renewalRule.begin(ledger.status().slices(), LiveHeap.bytes(), System.nanoTime());
    } catch (FreshetException e) {
      requirePassing(e);
    }
  }

  /** Sets whether the last version is done, or else whether the graph is to be renewed. */
  private void look(PipelineResult running) {
    try {
      ownership.requireHeld();
      requireRunning(running);
      trouble.look(runner.trouble(running), System.nanoTime());
      LedgerStatus status = ledger.status();
      OptionalLong latestVersion = tell(status);
      atEnd = isBeyond(status.cursor().orElseThrow(), feed.untilVersion());
      if (latestVersion.isEmpty()) {
        stallWatch.restart(System.nanoTime());
        return;
      }
      boolean behind = isBehind(status, latestVersion.getAsLong());
      caughtUp |= !behind;
      // One that storage has put off stays.
      renewal =
          renewal.or(() -> renewal(status, behind)).or(() -> awakening(running, status, behind));
    } catch (RunnerBehindException e) {
      renewal = Optional.of(Renewal.ofRunner(e.getMessage()));
    } catch (FreshetException e) {
      requirePassing(e);
      // Who cannot look has not seen that nothing happens.
      stallWatch.restart(System.nanoTime());
    }
  }

  private static void requirePassing(FreshetException e) {
    if (e.category().stopsPipeline()) {
      throw e;
    }
    LOG.warn("Cannot see how the pipeline stands: {}", e.getMessage());
  }

  private boolean isBehind(LedgerStatus status, long latestVersion) {
    long wanted = Math.min(latestVersion, feed.untilVersion());
    return status.inFlight().isPresent() || !isBeyond(status.cursor().orElseThrow(), wanted);
  }

  private Optional<Renewal> renewal(LedgerStatus status, boolean behind) {
    return renewalRule
        .reason(status.slices(), !behind, LiveHeap.bytes(), LiveHeap.limit(), System.nanoTime())
        .map(Renewal::ofGraph);
  }

  /** What is asleep is woken by a new start; once. */
  private Optional<Renewal> awakening(PipelineResult running, LedgerStatus status, boolean behind) {
    boolean asleep =
        stallWatch.isAsleep(
            News.of(status, FeedActivity.polls()),
            behind,
            FeedActivity.isWorking() || runner.isWorking(running),
            () -> LedgerSilence.longest(ledger, feed.limits().settle()),
            System.nanoTime());
    if (!asleep) {
      return Optional.empty();
    }
    String what =
        "there are commits to write, and for %d s nobody has asked for a slice, claimed one or recorded an outcome"
            .formatted(stallWatch.silence().toSeconds());
    if (stallWatch.isHopeless(status.slices())) {
      throw new FreshetException(
          FailureCategory.RUNNER,
          what
              + ", not after a new start either; see the log for what has failed before, or a dump of this process's threads (jstack) for where it hangs");
    }
    return Optional.of(Renewal.ofRunner(what));
  }

  /**
   * Nothing more is handed out, so that no slice is written twice, and the one in flight has as
   * long as a lease. False if a stop was asked for meanwhile, or storage is away: then it is tried
   * again.
   */
  private boolean stopHandingOut(StopRequest stop) {
    Duration limit = renewal.orElseThrow().runnerToo() ? LAST_SLICE : feed.limits().lease();
    long end = System.nanoTime() + limit.toNanos();
    try {
      ownership.stopHandingOut();
      while (System.nanoTime() - end < 0 && ledger.status().inFlight().isPresent()) {
        if (stop.await(NEXT_LOOK)) {
          return false;
        }
      }
      ownership.requireHeld(); // A worker may just have said why not to go on.
      return true;
    } catch (FreshetException e) {
      requirePassing(e);
      return false;
    }
  }

  /**
   * What is wrong with the table itself is for those to say who read it: it may be away. Returns
   * its latest version if that can be seen.
   */
  private OptionalLong tell(LedgerStatus status) {
    try {
      long latestVersion = latest.get();
      Duration left = historyLeft(status, latestVersion);
      progress.tell(status, latestVersion, oldestUnread(status), false);
      gauges.set(status, latestVersion, left);
      binding.look(latestVersion, System.nanoTime());
      return OptionalLong.of(latestVersion);
    } catch (FreshetException e) {
      LOG.warn("Cannot see how the table stands: {}", e.getMessage());
      return OptionalLong.empty();
    }
  }

  private Duration historyLeft(LedgerStatus status, long latestVersion) {
    return historyLeft.at(status.cursor().orElseThrow(), latestVersion, Instant.now());
  }

  private Optional<Instant> oldestUnread(LedgerStatus status) {
    return historyLeft.oldestUnread(status.cursor().orElseThrow());
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

  /** As far as storage allows: what is not recorded is done again by the next start. */
  private void endInOrder() {
    try {
      ownership.stopHandingOut();
      awaitLastSlice(LAST_SLICE);
    } catch (FreshetException e) {
      requirePassing(e);
    }
  }

  private void awaitLastSlice(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (System.nanoTime() - end < 0 && ledger.status().inFlight().isPresent()) {
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(NEXT_LOOK.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How a runner ends a pipeline. */
  private interface Ending {
    void run() throws IOException;
  }

  /** In a thread of its own: a runner may hang, and the ledger does not need it to end well. */
  private static void cancel(Ending ending) {
    CountDownLatch cancelled = new CountDownLatch(1);
    Thread thread =
        new Thread(
            () -> {
              try {
                ending.run();
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
      Duration left = historyLeft(status, latestVersion);
      progress.tell(status, latestVersion, oldestUnread(status), true);
      gauges.set(status, latestVersion, left);
      binding.look(latestVersion);
    } catch (FreshetException e) {
      LOG.warn("Cannot see how the pipeline stands: {}", e.getMessage());
    }
    gauges.pushNow();
  }
}
