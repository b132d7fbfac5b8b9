package io.freshet.ledger;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver's hold on a ledger: a generation and its heartbeat. A second pipeline is refused while
 * the heartbeat goes on; when the owner is gone or silent, the next one raises the generation, and
 * whatever the first had under way can be claimed no more.
 */
public final class Ownership implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Ownership.class);

  /** Storage that is too slow for that must not keep a ledger that was given back. */
  private static final int MOST_LOOKS = 10;

  private final Ledger ledger;

  /** The newest one that this process has begun. */
  private volatile String generation;

  /** Those before it of which it is not known whether the newest has replaced them. */
  private final Set<String> replaced = new HashSet<>();

  private final Deque<String> heartbeats = new ArrayDeque<>();
  private final Deque<String> torn = new ArrayDeque<>();
  private final ScheduledExecutorService beating;
  private long beats;
  private boolean closed;

  private Ownership(Ledger ledger, String generation, ScheduledExecutorService beating) {
    this.ledger = ledger;
    this.generation = generation;
    this.beating = beating;
  }

  /**
   * Takes the ledger.
   *
   * @param beat how often the owner gives a sign of life
   * @param silence how long it may give none before it counts as gone
   * @throws FreshetException {@link FailureCategory#LEDGER_IN_USE} if another pipeline works on the
   *     ledger
   */
  static Ownership take(Ledger ledger, Duration beat, Duration silence) {
    return take(ledger, beat, silence, Ownership::heartbeatThread);
  }

  /**
   * As {@link #take(Ledger, Duration, Duration)}.
   *
   * @param beating makes what the heartbeat runs in
   */
  static Ownership take(
      Ledger ledger, Duration beat, Duration silence, Supplier<ScheduledExecutorService> beating) {
    Optional<String> silent;
    LedgerView view;
    do {
      silent = refuseIfAlive(ledger, beat, silence);
      view = ledger.view();
      // Another may have taken it since: who is slow, or has slept, must not drive that one out.
    } while (!lastHeartbeat(view).equals(silent));
    int number = view.newestGeneration().map(Names::generationNumber).orElse(0) + 1;
    Ownership ownership = new Ownership(ledger, Names.generation(number), beating.get());
    try {
      ownership.begin();
    } catch (FreshetException e) {
      ownership.close();
      throw e;
    }
    Future<?> unused =
        ownership.beating.scheduleWithFixedDelay(
            ownership::beatOrLog, beat.toMillis(), beat.toMillis(), TimeUnit.MILLISECONDS);
    return ownership;
  }

  private static ScheduledExecutorService heartbeatThread() {
    return Executors.newSingleThreadScheduledExecutor(
        task -> {
          Thread thread = new Thread(task, "ledger-heartbeat");
          thread.setDaemon(true);
          return thread;
        });
  }

  private void begin() {
    beat();
    writeGeneration();
  }

  private void writeGeneration() {
    ledger
        .store()
        .write(
            "generation_" + generation,
            new Contents.Generation(ledger.processes().current(), ledger.time().millis()));
    LedgerView view = ledger.view();
    if (!view.newestGeneration().map(generation::equals).orElse(false)) {
      throw inUse(ledger, "another pipeline that started at the same time");
    }
    ledger.store().delete(view.filesOfGenerationsBefore(generation));
  }

  /** The name under which the owner's slices are emitted. */
  public String generation() {
    return generation;
  }

  /**
   * Raises the generation without giving the ledger back: what was emitted before can be claimed no
   * more, whoever still has it, and no other pipeline finds the ledger free in between. May be
   * called again when it has failed.
   *
   * @throws FreshetException {@link FailureCategory#LEDGER_IN_USE} if another pipeline has taken
   *     the ledger
   */
  public synchronized void renew() {
    LedgerView view = ledger.view();
    if (!replaced.contains(view.newestGeneration().orElse(""))) {
      ledger.requireOwner(view, generation);
    }
    replaced.add(generation);
    generation = Names.generation(Names.generationNumber(generation) + 1);
    // Before others look at this generation, it has a heartbeat; until then, the one before goes
    // on.
    beat();
    writeGeneration();
    replaced.clear();
  }

  /** Whether no other pipeline has taken the ledger since. */
  public boolean isOwner() {
    return ledger.isOwnedBy(generation);
  }

  /** From now on no slice is handed out; the one in flight may end. */
  public void stopHandingOut() {
    if (!ledger.view().isStopped(generation)) {
      ledger.store().write("stop_" + generation, new Contents.Note(ledger.time().millis()));
    }
  }

  /**
   * Waits until nothing can arrive any more of what workers of earlier owners have sent.
   *
   * @param settle how long bytes can be under way, see {@link SliceLimits#settle()}
   * @param limit how long to wait at most
   * @return whether it is so
   */
  public boolean awaitQuiet(Duration settle, Duration limit) {
    ClaimEnds ends = new ClaimEnds(ledger, settle);
    long end = ledger.time().nanos() + limit.toNanos();
    while (!ledger.view().claims().stream().allMatch(ends::isOver)) {
      if (ledger.time().nanos() - end >= 0) {
        return false;
      }
      pause(ledger, Duration.ofMillis(200));
    }
    return true;
  }

  /**
   * The right to write to the collection in this process, under leases of {@code length}: less than
   * an owner may be silent before another takes over.
   */
  public Mending mending(Duration length) {
    return new Mending(ledger, generation, length);
  }

  /**
   * Starts again with a snapshot, for an empty collection.
   *
   * @param version that of the snapshot
   * @param anchor its commit
   * @throws FreshetException {@link FailureCategory#LEDGER_IN_USE} if another has taken the ledger
   */
  public void restartWithSnapshot(long version, Anchor anchor) {
    ledger.restart(generation, Cursor.snapshotAt(version), false, OutcomeTotals.NONE, anchor);
  }

  /**
   * Starts again after {@code version}, at which the collection has been made equal to the table.
   *
   * @param mended what that took
   * @param anchor that version's commit
   * @throws FreshetException {@link FailureCategory#LEDGER_IN_USE} if another has taken the ledger
   */
  public void restartAfter(long version, OutcomeTotals mended, Anchor anchor) {
    ledger.restart(generation, Cursor.changesFrom(version + 1), true, mended, anchor);
  }

  /**
   * Makes this the ledger of a table that has got another id, or that is somewhere else now.
   *
   * @throws FreshetException {@link FailureCategory#LEDGER_IN_USE} if another has taken the ledger
   */
  public void bindTable(String tableId, String tableUri) {
    ledger.bindTable(generation, tableId, tableUri);
  }

  /**
   * Throws why the pipeline must stop: what a worker has said, or {@link
   * FailureCategory#LEDGER_IN_USE} if another pipeline has taken the ledger.
   */
  public void requireHeld() {
    LedgerView view = ledger.view();
    Optional<Contents.Halt> halt = ledger.halt(view, generation);
    if (halt.isPresent()) {
      throw new FreshetException(
          FailureCategory.valueOf(halt.get().category()), halt.get().message());
    }
    ledger.requireOwner(view, generation);
  }

  /** Gives the ledger back, so that the next pipeline need not wait for the heartbeat to fade. */
  @Override
  public void close() {
    beating.shutdown();
    synchronized (this) {
      closed = true;
      try {
        ledger.store().delete(List.copyOf(heartbeats));
      } catch (FreshetException e) {
        LOG.warn("The ledger was not given back; the next start watches it for a while", e);
      }
      heartbeats.clear();
    }
  }

  /** Whatever is thrown here ends the heartbeat for good, and nobody hears of it. */
  private void beatOrLog() {
    try {
      beat();
    } catch (RuntimeException | Error e) {
      LOG.warn("No sign of life could be written; another pipeline may take the ledger", e);
    }
  }

  private synchronized void beat() {
    if (closed) {
      return;
    }
    // Those that were torn first: a disk that is full for hours must not fill with them.
    while (!torn.isEmpty()) {
      ledger.store().delete(List.of(torn.element()));
      torn.remove();
    }
    for (String old : replaced) {
      writeHeartbeat(old);
    }
    writeHeartbeat(generation);
    while (heartbeats.size() > replaced.size() + 1) {
      ledger.store().delete(List.of(heartbeats.element()));
      heartbeats.remove();
    }
  }

  private void writeHeartbeat(String of) {
    String name = String.format(Locale.ROOT, "heartbeat_%s_%012d", of, beats++);
    torn.add(name); // Until it is whole.
    ledger
        .store()
        .write(name, new Contents.Heartbeat(ledger.processes().current(), ledger.time().millis()));
    torn.remove(name);
    heartbeats.add(name);
  }

  /**
   * Watches the owner's heartbeat for as long as it may be silent, however old it seems: clocks of
   * two machines need not agree, and may be set. Returns the last one of an owner that is gone or
   * silent; empty if there is no owner.
   */
  private static Optional<String> refuseIfAlive(Ledger ledger, Duration beat, Duration silence) {
    Optional<String> first = lastHeartbeat(ledger, beat);
    if (first.isEmpty()) {
      return first; // Given back, or new.
    }
    // One that cannot be read may just have been replaced by the next: its writer may well live.
    Optional<Contents.Heartbeat> content =
        ledger.store().read(first.get(), Contents.Heartbeat.class);
    if (content.map(sign -> ledger.processes().isKnownGone(sign.owner())).orElse(false)) {
      return first;
    }
    String owner = content.map(sign -> sign.owner().toString()).orElse("another pipeline");
    LOG.info("The ledger {} was in use by {}; waiting to see whether it still is", ledger, owner);
    long end = ledger.time().nanos() + silence.toNanos();
    while (true) {
      // Read before the last look: who has slept meanwhile has seen nothing of the owner.
      boolean isLast = ledger.time().nanos() - end >= 0;
      Optional<String> now = lastHeartbeat(ledger, beat);
      if (now.isEmpty()) {
        return now; // Given back meanwhile.
      }
      if (!now.equals(first)) {
        throw inUse(ledger, owner);
      }
      if (isLast) {
        return now;
      }
      pause(ledger, Duration.ofMillis(100));
    }
  }

  private static void pause(Ledger ledger, Duration pause) {
    try {
      ledger.time().sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FreshetException(
          FailureCategory.LEDGER_IN_USE, "Interrupted while waiting for the ledger " + ledger, e);
    }
  }

  /**
   * None only if two listings say so that take less time together than lies between two signs of
   * life: during a longer one each may give way to the next, and be missed.
   */
  private static Optional<String> lastHeartbeat(Ledger ledger, Duration beat) {
    Optional<String> last = Optional.empty();
    boolean wasQuick = false;
    for (int tries = 0; last.isEmpty() && !wasQuick && tries < MOST_LOOKS; tries++) {
      long began = ledger.time().nanos();
      last = lastHeartbeat(ledger.view()).or(() -> lastHeartbeat(ledger.view()));
      wasQuick = ledger.time().since(began).compareTo(beat) < 0;
    }
    return last;
  }

  private static Optional<String> lastHeartbeat(LedgerView view) {
    return view.newestGeneration()
        .flatMap(
            generation -> {
              List<String> beats = view.heartbeats(generation);
              return beats.isEmpty() ? Optional.empty() : Optional.of(beats.get(beats.size() - 1));
            });
  }

  private static FreshetException inUse(Ledger ledger, String owner) {
    return new FreshetException(
        FailureCategory.LEDGER_IN_USE,
        "The ledger "
            + ledger
            + " is in use by "
            + owner
            + "; stop that pipeline first, or give this one a ledger of its own with --ledger");
  }
}
