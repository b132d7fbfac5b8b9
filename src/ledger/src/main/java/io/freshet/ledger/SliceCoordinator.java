package io.freshet.ledger;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.Slice;
import io.freshet.ledger.LedgerView.ClaimFiles;
import io.freshet.ledger.Names.AttemptName;
import io.freshet.ledger.Names.PlanName;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out one slice at a time. All it knows is in the ledger: it may be dropped and made anew at
 * any time, on any worker, and two of them do no harm. What it remembers itself only saves time.
 */
public final class SliceCoordinator {
  private static final Logger LOG = LoggerFactory.getLogger(SliceCoordinator.class);

  private static final Duration FIRST_UNCLAIMED = Duration.ofSeconds(10);
  private static final Duration LONGEST_UNCLAIMED = Duration.ofMinutes(5);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  private static final int LAPSES_BEFORE_HALVING = 3;
  private static final int LONGEST_LEASE_FACTOR = 8;

  private final Ledger ledger;
  private final LedgerStore store;
  private final String generation;
  private final String fingerprint;
  private final SliceLimits limits;
  private final SlicePlanner planner;
  private final Clock clock;

  /** The attempt that is emitted but not handed out yet: older claims may still be writing. */
  private Optional<AttemptName> waiting = Optional.empty();

  /** When claims whose process is gone were first seen, in milliseconds since 1970. */
  private final Map<String, Long> seenGone = new HashMap<>();

  SliceCoordinator(
      Ledger ledger,
      String generation,
      String fingerprint,
      SliceLimits limits,
      SlicePlanner planner,
      Clock clock) {
    this.ledger = ledger;
    this.store = ledger.store();
    this.generation = generation;
    this.fingerprint = fingerprint;
    this.limits = limits;
    this.planner = planner;
    this.clock = clock;
  }

  /**
   * The attempt to hand out now, as the text that {@link SliceClaims#claim} takes; empty if there
   * is none now. A slice whose changes all have an outcome is recorded as done on the way.
   */
  public Optional<String> poll() {
    LedgerView view = ledger.view();
    if (!ledger.isOwner(view, generation)) {
      return Optional.empty();
    }
    LastDone last = ledger.lastDone(view);
    Optional<String> next = advance(view, last);
    if (next.isPresent()) {
      return next;
    }
    // A slice that has just been done makes room for the next at once.
    LedgerView after = ledger.view();
    LastDone lastAfter = ledger.lastDone(after);
    return lastAfter.slice() > last.slice() && ledger.isOwner(after, generation)
        ? advance(after, lastAfter)
        : Optional.empty();
  }

  /** Tells the driver, wherever it runs, that the pipeline must stop. */
  public void halt(FreshetException why) {
    Halt.record(ledger, generation, why.category(), why.getMessage());
  }

  private Optional<String> advance(LedgerView view, LastDone last) {
    long slice = last.slice() + 1;
    boolean stopping = view.isStopped(generation);
    Optional<AttemptName> newest = view.newestAttempt(slice);
    if (newest.isEmpty()) {
      return stopping ? Optional.empty() : emitFirst(last, 0, last.record().rowLimit());
    }
    AttemptName attempt = newest.get();
    Optional<Contents.Attempt> content = store.read(attempt.file(), Contents.Attempt.class);
    if (content.isEmpty()) {
      return stopping ? Optional.empty() : replaceUnreadable(last, attempt);
    }
    if (!content.get().fingerprint().equals(fingerprint)) {
      return stopping
          ? Optional.empty()
          : emitFirst(last, attempt.plan().revision() + 1, content.get().rowLimit());
    }
    PlanOutcomes outcomes = PlanOutcomes.of(store, view, attempt.plan());
    if (outcomes.isComplete()) {
      finish(view, last, attempt, content.get(), outcomes);
      return Optional.empty();
    }
    if (stopping) {
      return Optional.empty();
    }
    if (waiting.equals(newest)) {
      return handOutWhenClear(view, attempt);
    }
    return next(view, last, attempt, content.get());
  }

  /** What follows an attempt that has been handed out. */
  private Optional<String> next(
      LedgerView view, LastDone last, AttemptName attempt, Contents.Attempt content) {
    if (!attempt.generation().equals(generation)) {
      return emit(attempt.plan(), attempt.number() + 1, renewed(content, content.lapses(), 0));
    }
    List<ClaimFiles> claims = view.claimsOf(attempt);
    long now = clock.millis();
    if (claims.isEmpty()) {
      Duration patience = doubled(FIRST_UNCLAIMED, content.unclaimed(), LONGEST_UNCLAIMED);
      if (now < content.emittedAt() + patience.toMillis()) {
        return Optional.empty();
      }
      LOG.warn(
          "Nobody claimed {} within {} s; it is emitted again",
          attempt.text(),
          patience.toSeconds());
      return emit(
          attempt.plan(),
          attempt.number() + 1,
          renewed(content, content.lapses(), content.unclaimed() + 1));
    }
    boolean progress = false;
    boolean environment = false;
    boolean allEnded = true;
    for (ClaimFiles claim : claims) {
      ClaimState state = ClaimState.of(store, claim);
      if (!state.ended() && now < claim.leaseEnd() && !isGone(claim)) {
        return Optional.empty();
      }
      allEnded &= state.ended();
      progress |= state.progress();
      environment |= state.categories().stream().anyMatch(SliceCoordinator::isEnvironment);
    }
    if (allEnded && now < content.emittedAt() + pauseAfter(attempt).toMillis()) {
      return Optional.empty();
    }
    boolean lapsed = !progress && !environment;
    int lapses = lapsed ? content.lapses() + 1 : 0;
    LOG.info("{} ended without all outcomes; what is left is emitted again", attempt.text());
    return lapses >= LAPSES_BEFORE_HALVING
        ? halve(last, attempt, content)
        : emit(attempt.plan(), attempt.number() + 1, renewed(content, lapses, 0));
  }

  private Optional<String> emitFirst(LastDone last, int revision, long rowLimit) {
    long rows = Math.max(1, Math.min(limits.maxRows(), rowLimit));
    Optional<Slice> slice = planner.plan(last.record().cursor(), rows);
    if (slice.isEmpty()) {
      return Optional.empty();
    }
    PlanName plan = PlanName.create(last.slice() + 1, revision, generation);
    return emit(
        plan,
        1,
        new Contents.Attempt(
            slice.get(), clock.millis(), limits.lease().toMillis(), 0, 0, rows, fingerprint));
  }

  /**
   * The writer of the attempt was killed while it wrote: what it planned is unknown, and nobody can
   * have claimed it.
   */
  private Optional<String> replaceUnreadable(LastDone last, AttemptName attempt) {
    return attempt.generation().equals(generation) && !waiting.equals(Optional.of(attempt))
        ? Optional.empty() // Our own other half is writing it now.
        : emitFirst(last, attempt.plan().revision() + 1, last.record().rowLimit());
  }

  private Optional<String> halve(LastDone last, AttemptName attempt, Contents.Attempt content) {
    long rows = Math.max(1, content.rowLimit() / 2);
    LOG.warn(
        "{} made no progress within {} leases; its slice is cut to {} rows",
        attempt.text(),
        LAPSES_BEFORE_HALVING,
        rows);
    return emitFirst(last, attempt.plan().revision() + 1, rows);
  }

  private Contents.Attempt renewed(Contents.Attempt content, int lapses, int unclaimed) {
    long lease =
        doubled(limits.lease(), lapses, limits.lease().multipliedBy(LONGEST_LEASE_FACTOR))
            .toMillis();
    return new Contents.Attempt(
        content.slice(), clock.millis(), lease, lapses, unclaimed, content.rowLimit(), fingerprint);
  }

  private Optional<String> emit(PlanName plan, int number, Contents.Attempt content) {
    AttemptName attempt = AttemptName.create(plan, number, generation);
    store.write(attempt.file(), content);
    waiting = Optional.of(attempt);
    LedgerView view = ledger.view();
    Optional<String> handedOut = handOutWhenClear(view, attempt);
    forgetFruitless(view, attempt);
    return handedOut;
  }

  /**
   * An outage makes attempts end and start again for hours: those that brought nothing leave
   * nothing.
   */
  private void forgetFruitless(LedgerView view, AttemptName newest) {
    List<String> files = new ArrayList<>();
    for (AttemptName attempt : view.attempts()) {
      List<ClaimFiles> claims = view.claimsOf(attempt);
      if (attempt.compareTo(newest) < 0
          && attempt.plan().slice() == newest.plan().slice()
          && claims.stream().allMatch(claim -> isOver(claim) && isFruitless(claim, newest))) {
        claims.forEach(claim -> files.addAll(claim.files()));
        files.add(attempt.file());
      }
    }
    store.delete(files);
  }

  private boolean isFruitless(ClaimFiles claim, AttemptName newest) {
    return !claim.name().attempt().plan().equals(newest.plan())
        || !ClaimState.of(store, claim).progress();
  }

  /**
   * Write, then list: a claim of anything older either is in this listing, or will see this attempt
   * and be dropped.
   */
  private Optional<String> handOutWhenClear(LedgerView view, AttemptName attempt) {
    if (view.hasLaterThan(attempt) || !ledger.isOwner(view, generation)) {
      waiting = Optional.empty();
      return Optional.empty();
    }
    for (ClaimFiles claim : view.claims()) {
      if (!claim.name().attempt().plan().equals(attempt.plan()) && !isOver(claim)) {
        return Optional.empty();
      }
    }
    waiting = Optional.empty();
    return Optional.of(attempt.text());
  }

  /** Whether nothing that the claim's worker has sent can arrive any more. */
  private boolean isOver(ClaimFiles claim) {
    long now = clock.millis();
    if (now >= claim.leaseEnd() + limits.settle().toMillis()) {
      return true;
    }
    if (isGone(claim)) {
      long since = seenGone.computeIfAbsent(claim.name().text(), c -> now);
      if (now >= since + limits.settle().toMillis()) {
        return true;
      }
    }
    return ClaimState.of(store, claim).ended();
  }

  private boolean isGone(ClaimFiles claim) {
    return claim
        .claimFile()
        .flatMap(file -> store.read(file, Contents.Claim.class))
        .map(content -> content.worker().isKnownGone())
        .orElse(false);
  }

  private void finish(
      LedgerView view,
      LastDone last,
      AttemptName attempt,
      Contents.Attempt content,
      PlanOutcomes outcomes) {
    Contents.Manifest manifest = outcomes.manifest().orElseThrow();
    long firstEmitted =
        view.attempts().stream()
            .filter(a -> a.plan().equals(attempt.plan()))
            .findFirst()
            .flatMap(first -> store.read(first.file(), Contents.Attempt.class))
            .map(Contents.Attempt::emittedAt)
            .orElse(content.emittedAt());
    long now = clock.millis();
    long took = Math.max(0, now - firstEmitted);
    Slice slice = content.slice();
    boolean inSnapshot = slice.snapshot() && !slice.to().isStartOfVersion();
    store.write(
        Names.doneFile(attempt.plan().slice()),
        new Contents.Done(
            new Cursor(inSnapshot, slice.to()),
            last.record().totals().plus(outcomes.totals()),
            last.record().repeated() + outcomes.repeated(),
            limits.next(content.rowLimit(), manifest.rows(), Duration.ofMillis(took)),
            manifest.rows(),
            took,
            attempt.number(),
            Math.max(last.record().newestCommitMillis(), manifest.newestCommitMillis()),
            now));
    waiting = Optional.empty();
    fold();
  }

  /**
   * Deletes what nobody needs any more: the files of done slices, but for claims that may still be
   * writing.
   */
  private void fold() {
    LedgerView view = ledger.view();
    LastDone last = ledger.lastDone(view);
    List<String> files = new ArrayList<>(view.filesOfGenerationsBefore(generation));
    view.done().tailMap(last.slice(), false).values().forEach(files::addAll);
    for (ClaimFiles claim : view.claims()) {
      if (claim.name().attempt().plan().slice() <= last.slice() && isOver(claim)) {
        files.addAll(claim.files());
        seenGone.remove(claim.name().text());
      }
    }
    for (AttemptName attempt : view.attempts()) {
      // An attempt goes after its claims: a late worker that finds it gone drops it.
      if (attempt.plan().slice() <= last.slice()
          && view.claimsOf(attempt).stream().allMatch(claim -> files.containsAll(claim.files()))) {
        files.add(attempt.file());
      }
    }
    store.delete(files);
  }

  private static boolean isEnvironment(String category) {
    return !category.equals(FailureCategory.LEASE_OVER.name());
  }

  private static Duration pauseAfter(AttemptName attempt) {
    return doubled(FIRST_PAUSE, attempt.number() - 1, LONGEST_PAUSE);
  }

  private static Duration doubled(Duration first, int times, Duration most) {
    Duration wished = first.multipliedBy(1L << Math.min(times, 20));
    return wished.compareTo(most) < 0 ? wished : most;
  }
}
