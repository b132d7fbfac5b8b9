package io.freshet.ledger;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.Position;
import io.freshet.changes.Slice;
import io.freshet.changes.Time;
import io.freshet.ledger.Ledger.Standing;
import io.freshet.ledger.LedgerView.ClaimFiles;
import io.freshet.ledger.Names.AttemptName;
import io.freshet.ledger.Names.PlanName;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

  /** How long the ledger is not listed while there is nothing to hand out, and no news of it. */
  private static final Duration IDLE_LISTING = Duration.ofSeconds(1);

  private static final int LAPSES_BEFORE_HALVING = 3;

  private static final Set<String> REFUSED =
      Set.of(FailureCategory.ROW_REFUSED.name(), FailureCategory.ALL_REFUSED.name());

  /** When all is refused for so many attempts, later commits show whether everything is. */
  private static final int REFUSED_BEFORE_LENGTHENING = 5;

  /** So many rows are tried together then, also where fewer are a slice. */
  private static final long ROWS_TO_COMPARE = 1_000;

  private static final int LONGEST_LEASE_FACTOR = 8;

  private final Ledger ledger;
  private final LedgerStore store;
  private final String generation;
  private final String fingerprint;
  private final SliceLimits limits;
  private final SlicePlanner planner;
  private final Time time;

  private final Sightings sightings;
  private final ClaimEnds ends;
  private final Folding folding;
  private final Suspects suspects;
  private final RejectRule rejects;

  /** See {@link LastDone#firstSlice()}. */
  private long firstSlice;

  /** The attempt that is emitted but not handed out yet: older claims may still be writing. */
  private Optional<AttemptName> waiting = Optional.empty();

  /** The attempt that was handed out last. */
  private Optional<AttemptName> handedOut = Optional.empty();

  /** When that was, by {@link Time#nanos()}. */
  private long handedOutAt;

  /** Writes that have failed, one after the other. */
  private int failedWrites;

  /** Until when nothing is tried after that, by {@link Time#nanos()}. */
  private Optional<Long> pausedUntil = Optional.empty();

  /** The last slice that was begun here. */
  private Optional<Begun> begun = Optional.empty();

  /** That all is done up to where the table ends. */
  private Optional<Idle> idle = Optional.empty();

  /**
   * That all is done up to where the table ends.
   *
   * @param seenAt when that was seen, by {@link Time#nanos()}
   * @param writes {@link Ledger#writes()} at that time
   */
  private record Idle(Cursor cursor, long seenAt, long writes) {}

  /**
   * A slice whose first attempt was emitted here.
   *
   * @param at when that was, by {@link Time#nanos()}
   */
  private record Begun(long slice, long at) {}

  SliceCoordinator(
      Ledger ledger,
      String generation,
      String fingerprint,
      SliceLimits limits,
      SlicePlanner planner,
      Time time) {
    this.ledger = ledger;
    this.store = ledger.store();
    this.generation = generation;
    this.fingerprint = fingerprint;
    this.limits = limits;
    this.planner = planner;
    this.time = time;
    this.sightings = ledger.sightings();
    this.ends = new ClaimEnds(ledger, limits.settle());
    this.folding = new Folding(store, ends);
    this.suspects = new Suspects(store, limits.lease(), time);
    this.rejects = new RejectRule(limits);
  }

  /**
   * The attempt to hand out now, as the text that {@link SliceClaims#claim} takes; empty if there
   * is none now. A slice whose changes all have an outcome is recorded as done on the way.
   */
  public Optional<String> poll() {
    if (isIdle() || isPaused()) {
      return Optional.empty();
    }
    idle = Optional.empty();
    Standing standing = ledger.standing();
    if (!ledger.isOwner(standing.view(), generation)) {
      return Optional.empty();
    }
    Optional<String> next = advance(standing);
    if (next.isPresent() || idle.isPresent()) {
      return next;
    }
    // A slice that has just been done makes room for the next at once.
    Standing after = ledger.standing();
    return after.last().slice() > standing.last().slice()
            && ledger.isOwner(after.view(), generation)
        ? advance(after)
        : Optional.empty();
  }

  /** Whether there still is nothing to do, as far as the table alone says. */
  private boolean isIdle() {
    if (idle.isEmpty() || idle.get().writes() != ledger.writes()) {
      return false;
    }
    return time.since(idle.get().seenAt()).compareTo(IDLE_LISTING) < 0
        && !planner.hasMore(idle.get().cursor());
  }

  private boolean isPaused() {
    return pausedUntil.map(end -> time.nanos() - end < 0).orElse(false);
  }

  /** A disk that is full for hours is not written to at each poll. */
  private void write(String file, Object content) {
    try {
      store.write(file, content);
    } catch (FreshetException e) {
      Duration pause = doubled(FIRST_PAUSE, failedWrites++, LONGEST_PAUSE);
      pausedUntil = Optional.of(time.nanos() + pause.toNanos());
      throw e;
    }
    failedWrites = 0;
    pausedUntil = Optional.empty();
  }

  /** Tells the driver, wherever it runs, that the pipeline must stop. */
  public void halt(FreshetException why) {
    Halt.record(ledger, generation, why.category(), why.getMessage());
  }

  private Optional<String> advance(Standing standing) {
    LedgerView view = standing.view();
    LastDone last = standing.last();
    Cursor cursor = last.record().cursor();
    firstSlice = last.firstSlice();
    planner.requireAsRead(last.record().commits());
    boolean stopping = view.isStopped(generation);
    Optional<AttemptName> newest = newestWhole(view, last.slice() + 1);
    if (newest.isEmpty()) {
      return stopping ? Optional.empty() : emitFirst(last, 0, last.record().rowLimit());
    }
    AttemptName attempt = newest.get();
    Optional<Contents.Attempt> content = store.read(attempt.file(), Contents.Attempt.class);
    if (content.isEmpty()) {
      return Optional.empty(); // Folded away meanwhile.
    }
    if (!startsAt(content.get().slice(), cursor)) {
      // Its writer knew less than all that is done.
      int nextRevision = attempt.plan().revision() + 1;
      return stopping ? Optional.empty() : emitFirst(last, nextRevision, last.record().rowLimit());
    }
    if (!content.get().fingerprint().equals(fingerprint)) {
      return stopping
          ? Optional.empty()
          : replan(attempt, content.get(), content.get().slice().to());
    }
    suspects.look(view, attempt.plan());
    PlanOutcomes outcomes = PlanOutcomes.of(store, view, attempt.plan());
    if (outcomes.isComplete()) {
      if (mustBeReadAnew(content.get(), outcomes)) {
        return stopping ? Optional.empty() : readAnew(last, attempt, content.get());
      }
      return finish(last, attempt, content.get(), outcomes, stopping);
    }
    if (stopping) {
      return Optional.empty();
    }
    return waiting.equals(newest)
        ? handOutWhenClear(view, attempt, content.get())
        : next(view, last, attempt, content.get(), outcomes);
  }

  /**
   * The newest attempt at a slice whose file is whole. One that is torn was not handed out: its
   * writer was killed or failed while it wrote, or is still at it, and will list the ledger after
   * that, see {@link #handOutWhenClear}. It is deleted, and its number is free.
   */
  private Optional<AttemptName> newestWhole(LedgerView view, long slice) {
    for (AttemptName attempt : view.attemptsAt(slice)) {
      if (store.read(attempt.file(), Contents.Attempt.class).isPresent()) {
        return Optional.of(attempt);
      }
      store.delete(List.of(attempt.file()));
    }
    return Optional.empty();
  }

  private static boolean startsAt(Slice slice, Cursor cursor) {
    return slice.snapshot() == cursor.snapshot() && slice.from().equals(cursor.position());
  }

  /** What follows an attempt that has been handed out. */
  private Optional<String> next(
      LedgerView view,
      LastDone last,
      AttemptName attempt,
      Contents.Attempt before,
      PlanOutcomes outcomes) {
    Contents.Attempt content = before.suspecting(suspects.toBlame(before.suspects(), outcomes));
    if (!attempt.generation().equals(generation)) {
      return emitAgain(attempt, content, content.lapses(), 0, content.changeLimit());
    }
    List<ClaimFiles> claims = view.claimsOf(attempt);
    if (claims.isEmpty()) {
      Duration patience = untilClaimed(content);
      Duration waited =
          handedOut.equals(Optional.of(attempt))
              ? time.since(handedOutAt)
              : sightings.age(attempt.file(), content.emittedAt());
      if (waited.compareTo(patience) < 0) {
        return Optional.empty();
      }
      LOG.warn(
          "Nobody claimed {} within {} s; it is emitted again",
          attempt.text(),
          patience.toSeconds());
      return emitAgain(
          attempt, content, content.lapses(), content.unclaimed() + 1, content.changeLimit());
    }
    boolean progress = false;
    boolean environment = false;
    boolean gaveUp = false;
    Optional<Long> rowsThatFit = Optional.empty();
    Set<String> categories = new HashSet<>();
    for (ClaimFiles claim : claims) {
      ClaimState state = ClaimState.of(store, claim);
      if (!state.ended() && !ends.isLeaseOver(claim) && !ends.isGone(claim)) {
        return Optional.empty();
      }
      progress |= state.progress();
      gaveUp |= state.ended() && !state.categories().isEmpty();
      environment |= state.categories().stream().anyMatch(SliceCoordinator::isEnvironment);
      categories.addAll(state.categories());
      if (state.rowsThatFit().isPresent()) {
        rowsThatFit = state.rowsThatFit();
      }
    }
    if (rowsThatFit.isPresent() && !progress) {
      return cutTo(rowsThatFit.get(), view, last, attempt, content);
    }
    boolean onlyRefused = !categories.isEmpty() && REFUSED.containsAll(categories);
    if (suspects.isTooEarly(before.suspects(), outcomes)
        && (suspects.areAllThatIsLeft(outcomes) || (onlyRefused && !progress))) {
      return Optional.empty();
    }
    boolean canTell = Suspects.tellsMore(before.suspects(), content.suspects());
    if (gaveUp
        && !canTell
        && sightings.age(attempt.file(), content.emittedAt()).compareTo(pauseAfter(attempt)) < 0) {
      return Optional.empty();
    }
    if (gaveUp && !progress && mustBeReadAnew(content, outcomes)) {
      return readAnew(last, attempt, content);
    }
    if (gaveUp && !progress && wasCutOfOthers(view, last, attempt, content)) {
      LOG.warn("{} was planned of another table's commits; it is planned anew", attempt.text());
      return emitFirst(last, attempt.plan().revision() + 1, last.record().rowLimit());
    }
    // Of a slice that is tried in parts, the rest comes first.
    if (suspects.areTooMany(outcomes) && suspects.areAllThatIsLeft(outcomes)) {
      Optional<Slice> longer = lengthened(last, attempt, content);
      if (longer.isPresent()) {
        // So that one that does not fit in memory is cut again.
        return replan(attempt, content.withRowLimit(rowsToCompare()), longer.get().to());
      }
    }
    LOG.info("{} ended without all outcomes; what is left is emitted again", attempt.text());
    if (progress || onlyRefused) {
      int more = (int) Math.min(2L * content.changeLimit(), Integer.MAX_VALUE);
      return emitAgain(attempt, content, 0, content.unclaimed(), more);
    }
    if (environment) {
      return emitAgain(attempt, content, 0, content.unclaimed(), content.changeLimit());
    }
    return content.lapses() + 1 < LAPSES_BEFORE_HALVING
        ? emitAgain(
            attempt, content, content.lapses() + 1, content.unclaimed(), content.changeLimit())
        : halve(view, last, attempt, content);
  }

  /**
   * Whether a slice that nobody could read was cut while another table was at the path: it might
   * wait for ever for what that one had. What has been read of it was of this table.
   */
  private boolean wasCutOfOthers(
      LedgerView view, LastDone last, AttemptName attempt, Contents.Attempt content) {
    boolean read =
        view.claimsOf(attempt.plan()).stream().anyMatch(claim -> claim.manifest().isPresent());
    return !read
        && !planner.isStillOf(
            new PlannedSlice(content.slice(), content.commits()), last.record().anchor());
  }

  /** Whether a commit of a slice that was read, and is not done, has changed since. */
  private boolean mustBeReadAnew(Contents.Attempt content, PlanOutcomes outcomes) {
    return outcomes
        .manifest()
        .map(read -> planner.mustBeReadAnew(content.slice(), read.commits(), read.changes() > 0))
        .orElse(false);
  }

  /** With the same end: what was written reaches so far. */
  private Optional<String> readAnew(LastDone last, AttemptName attempt, Contents.Attempt content) {
    PlannedSlice again = planner.again(content.slice(), last.record().anchor());
    LOG.warn("A commit of {} has changed since it was read; it is read anew", attempt.text());
    PlanName old = attempt.plan();
    return emit(
        AttemptName.create(
            PlanName.create(old.slice(), old.revision() + 1, generation), 1, generation),
        content.anew(again, time.millis(), limits.lease()));
  }

  private Optional<String> emitFirst(LastDone last, int revision, long rowLimit) {
    long rows = Math.max(1, Math.min(limits.maxRows(), rowLimit));
    Cursor cursor = last.record().cursor();
    long writes = ledger.writes();
    Optional<PlannedSlice> slice = planner.plan(cursor, last.record().anchor(), rows);
    if (slice.isEmpty()) {
      idle = Optional.of(new Idle(cursor, time.nanos(), writes));
      return Optional.empty();
    }
    long number = last.slice() + 1;
    if (revision == 0) {
      begun = Optional.of(new Begun(number, time.nanos()));
    }
    return emit(
        AttemptName.create(PlanName.create(number, revision, generation), 1, generation),
        Contents.Attempt.first(
            slice.get(),
            time.millis(),
            limits.lease(),
            // What queues up in a runner does so for a while: each slice would find out anew.
            Math.max(0, last.record().unclaimed() - 1),
            rows,
            fingerprint));
  }

  /**
   * A longer slice, where all that this one tries is refused: if Milvus takes rows of later
   * commits, the refused ones are to blame, and nobody waits for them for ever. Each time it takes
   * more attempts until the next.
   */
  private Optional<Slice> lengthened(LastDone last, AttemptName attempt, Contents.Attempt content) {
    if (attempt.number() < REFUSED_BEFORE_LENGTHENING + attempt.plan().revision()) {
      return Optional.empty();
    }
    Optional<Slice> longer =
        planner
            .plan(last.record().cursor(), last.record().anchor(), rowsToCompare())
            .map(PlannedSlice::slice)
            .filter(slice -> slice.to().compareTo(content.slice().to()) > 0);
    longer.ifPresent(
        slice ->
            LOG.warn(
                "All that {} has left is refused; it is tried together with what follows, up to {}",
                attempt.text(),
                slice.to()));
    return longer;
  }

  private long rowsToCompare() {
    return Math.max(limits.maxRows(), ROWS_TO_COMPARE);
  }

  /** Another plan for the same changes, and those up to {@code end}. */
  private Optional<String> replan(AttemptName attempt, Contents.Attempt content, Position end) {
    PlanName old = attempt.plan();
    PlanName plan = PlanName.create(old.slice(), old.revision() + 1, generation);
    return emit(
        AttemptName.create(plan, 1, generation),
        content.replanned(end, time.millis(), limits.lease(), fingerprint));
  }

  /**
   * Halves what is tried at once, down to one row. A slice of which nothing can have been written
   * is cut shorter; else it keeps its end, and less of it is emitted: the shorter one would write
   * older states over newer ones.
   */
  private Optional<String> halve(
      LedgerView view, LastDone last, AttemptName attempt, Contents.Attempt content) {
    if (mayBeWrittenTo(view, content.slice().to())) {
      int changes = (int) Math.max(1, Math.min(content.rowLimit(), content.changeLimit()) / 2);
      LOG.warn(
          "{} made no progress within {} leases; {} changes are tried at once",
          attempt.text(),
          LAPSES_BEFORE_HALVING,
          changes);
      return emitAgain(attempt, content, 0, content.unclaimed(), changes);
    }
    long rows = Math.max(1, content.rowLimit() / 2);
    LOG.warn(
        "{} was not read within {} leases; its slice is cut to {} rows",
        attempt.text(),
        LAPSES_BEFORE_HALVING,
        rows);
    return emitFirst(last, attempt.plan().revision() + 1, rows);
  }

  /**
   * Cuts a slice whose rows do not fit in the memory of who reads it to those that do. One of which
   * something may have been written keeps its end: it was read once, and is so again, whatever it
   * weighs. So is one that was asked to have no more rows than that, and has.
   */
  private Optional<String> cutTo(
      long rows, LedgerView view, LastDone last, AttemptName attempt, Contents.Attempt content) {
    if (rows >= content.rowLimit() || mayBeWrittenTo(view, content.slice().to())) {
      LOG.warn(
          "{} does not fit in memory and cannot be cut; it is read all the same", attempt.text());
      return emitAgain(
          attempt, content.asWhole(), content.lapses(), content.unclaimed(), content.changeLimit());
    }
    LOG.info("{} does not fit in memory; its slice is cut to {} rows", attempt.text(), rows);
    return emitFirst(last, attempt.plan().revision() + 1, rows);
  }

  /** Whether a claim has read up to {@code end} or further, and may have written that. */
  private boolean mayBeWrittenTo(LedgerView view, Position end) {
    return Folding.furthest(store, view, firstSlice)
        .map(reach -> reach.end().compareTo(end) >= 0)
        .orElse(false);
  }

  private Optional<String> emitAgain(
      AttemptName attempt, Contents.Attempt content, int lapses, int unclaimed, int changeLimit) {
    Duration lease =
        doubled(limits.lease(), lapses, limits.lease().multipliedBy(LONGEST_LEASE_FACTOR));
    return emit(
        AttemptName.create(attempt.plan(), attempt.number() + 1, generation),
        new Contents.Attempt(
            content.slice(),
            content.since(),
            time.millis(),
            lease.toMillis(),
            lapses,
            unclaimed,
            content.rowLimit(),
            changeLimit,
            fingerprint,
            content.commits(),
            content.suspects(),
            content.whole()));
  }

  private Optional<String> emit(AttemptName attempt, Contents.Attempt content) {
    write(attempt.file(), content);
    waiting = Optional.of(attempt);
    LedgerView view = ledger.view();
    folding.forgetFruitless(view, attempt, firstSlice);
    return handOutWhenClear(view, attempt, content);
  }

  /**
   * Write, then list: a claim of anything older either is in this listing, or will see this attempt
   * and be dropped.
   *
   * <p>A slice must not end before something that may have been written: it would write older
   * states over newer ones. Two coordinators, one of which has slept, may have planned such a
   * slice; then it is made longer.
   */
  private Optional<String> handOutWhenClear(
      LedgerView view, AttemptName attempt, Contents.Attempt content) {
    if (view.hasLaterThan(attempt) || !ledger.isOwner(view, generation)) {
      waiting = Optional.empty();
      return Optional.empty();
    }
    for (ClaimFiles claim : view.claims()) {
      if (!claim.name().attempt().plan().equals(attempt.plan()) && !ends.isOver(claim)) {
        return Optional.empty();
      }
    }
    Optional<Position> reach = Folding.furthest(store, view, firstSlice).map(Folding.Reach::end);
    if (reach.isPresent() && reach.get().compareTo(content.slice().to()) > 0) {
      return replan(attempt, content, reach.get());
    }
    waiting = Optional.empty();
    handedOut = Optional.of(attempt);
    handedOutAt = time.nanos();
    return Optional.of(attempt.text());
  }

  /**
   * Records a slice as done, unless too many of its rows cannot be written. That is said by who has
   * started since: what an earlier start has found may have been mended, and is tried again.
   */
  private Optional<String> finish(
      LastDone last,
      AttemptName attempt,
      Contents.Attempt content,
      PlanOutcomes outcomes,
      boolean stopping) {
    long version = content.slice().lastVersion();
    RecentRejects after =
        last.record()
            .rejects()
            .after(generation, RejectTally.of(outcomes), outcomes.rejected(), version);
    Optional<String> tooMany =
        rejects.reasonToStop(last.record().totals().total(), outcomes, after, version);
    if (tooMany.isEmpty()) {
      recordDone(last, attempt, content, outcomes, after);
      return Optional.empty();
    }
    if (attempt.plan().generation().equals(generation)) {
      Halt.record(ledger, generation, FailureCategory.TOO_MANY_REJECTS, tooMany.get());
      return Optional.empty();
    }
    return stopping ? Optional.empty() : replan(attempt, content, content.slice().to());
  }

  private void recordDone(
      LastDone last,
      AttemptName attempt,
      Contents.Attempt content,
      PlanOutcomes outcomes,
      RecentRejects rejectsAfter) {
    Contents.Manifest manifest = outcomes.manifest().orElseThrow();
    long took = took(attempt, content).toMillis();
    Slice slice = content.slice();
    boolean inSnapshot = slice.snapshot() && !slice.to().isStartOfVersion();
    write(
        Names.doneFile(attempt.plan().slice()),
        new Contents.Done(
            new Cursor(inSnapshot, slice.to()),
            last.record().totals().plus(outcomes.totals()),
            last.record().repeated() + outcomes.repeated(),
            limits.next(
                content.rowLimit(),
                manifest.rows(),
                Duration.ofMillis(took),
                manifest.rowsThatFit()),
            manifest.rows(),
            took,
            attempt.number(),
            content.unclaimed(),
            Math.max(last.record().newestCommitMillis(), manifest.newestCommitMillis()),
            last.record().restart(),
            rejectsAfter,
            manifest.last(),
            last.record().commitsWith(manifest.commits()),
            time.millis()));
    LOG.info(
        "Slice {} up to {}: {} rows in {} ms",
        attempt.plan().slice(),
        slice.to(),
        manifest.rows(),
        took);
    waiting = Optional.empty();
    Standing standing = ledger.standing();
    folding.foldDone(standing.view(), standing.last());
  }

  /** From the slice's first emission to now. */
  private Duration took(AttemptName attempt, Contents.Attempt content) {
    return begun
        .filter(slice -> slice.slice() == attempt.plan().slice())
        .map(slice -> time.since(slice.at()))
        .orElseGet(() -> sightings.byClock(content.since()));
  }

  /** How long an attempt may wait in a runner's queue until a worker claims it. */
  static Duration untilClaimed(Contents.Attempt attempt) {
    return doubled(FIRST_UNCLAIMED, attempt.unclaimed(), LONGEST_UNCLAIMED);
  }

  private static boolean isEnvironment(String category) {
    return !category.equals(FailureCategory.LEASE_OVER.name())
        && !category.equals(FailureCategory.SLICE_TOO_BIG.name());
  }

  private static Duration pauseAfter(AttemptName attempt) {
    return doubled(FIRST_PAUSE, attempt.number() - 1, LONGEST_PAUSE);
  }

  private static Duration doubled(Duration first, int times, Duration most) {
    Duration wished = first.multipliedBy(1L << Math.min(times, 20));
    return wished.compareTo(most) < 0 ? wished : most;
  }
}
