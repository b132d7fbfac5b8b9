package io.freshet.ledger;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.Slice;
import io.freshet.ledger.Ledger.Standing;
import io.freshet.ledger.LedgerView.ClaimFiles;
import io.freshet.ledger.Names.AttemptName;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where a pipeline stands.
 *
 * @param identity whose progress it is
 * @param cursor how far everything is done; empty before the first start
 * @param slices slices done
 * @param totals changes by outcome
 * @param repeated changes that were written more than once
 * @param lastRows rows of the last slice
 * @param lastTook how long the last slice took
 * @param lastDoneAt when the last slice was done
 * @param newestCommit commit time of the last commit that is done
 * @param inFlight the slice in flight
 * @param files files in the ledger's folder
 * @param owner the process that owns the ledger; empty if it was given back
 * @param rejects by reason, the first row that could not be written, those of the slice in flight
 *     included
 */
public record LedgerStatus(
    Optional<LedgerIdentity> identity,
    Optional<Cursor> cursor,
    long slices,
    OutcomeTotals totals,
    long repeated,
    long lastRows,
    Duration lastTook,
    Optional<Instant> lastDoneAt,
    Optional<Instant> newestCommit,
    Optional<InFlight> inFlight,
    int files,
    Optional<HostProcess> owner,
    Map<String, FirstReject> rejects) {

  /**
   * The slice in flight.
   *
   * @param slice what it holds
   * @param attempts attempts so far
   * @param age since it was first emitted
   * @param claimed whether a worker has claimed it
   * @param outcomes changes that have an outcome, or dropped while reading
   * @param troubles why attempts gave changes up, as {@link FailureCategory#label()} has it
   */
  public record InFlight(
      Slice slice,
      int attempts,
      Duration age,
      boolean claimed,
      OutcomeTotals outcomes,
      Set<String> troubles) {
    public InFlight {
      troubles = Set.copyOf(troubles);
    }
  }

  /** Changes by outcome, those of the slice in flight included. */
  public OutcomeTotals totalsWithInFlight() {
    return inFlight.map(slice -> totals.plus(slice.outcomes())).orElse(totals);
  }

  static LedgerStatus of(Ledger ledger, Instant now) {
    LedgerStore store = ledger.store();
    Optional<Standing> standing = ledger.standingIfStarted();
    LedgerView view = standing.map(Standing::view).orElseGet(ledger::view);
    Optional<HostProcess> owner =
        view.newestGeneration()
            .map(view::heartbeats)
            .filter(beats -> !beats.isEmpty())
            .flatMap(beats -> store.read(beats.get(beats.size() - 1), Contents.Heartbeat.class))
            .map(Contents.Heartbeat::owner);
    if (standing.isEmpty()) {
      return new LedgerStatus(
          ledger.identity(),
          Optional.empty(),
          0,
          OutcomeTotals.NONE,
          0,
          0,
          Duration.ZERO,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          view.size(),
          owner,
          Map.of());
    }
    LastDone last = standing.get().last();
    Contents.Done done = last.record();
    Optional<Newest> newest = Newest.of(store, view, last.slice() + 1);
    return new LedgerStatus(
        ledger.identity(),
        Optional.of(done.cursor()),
        last.slice(),
        done.totals(),
        done.repeated(),
        done.rows(),
        Duration.ofMillis(done.millis()),
        Optional.of(Instant.ofEpochMilli(done.at())),
        done.newestCommitMillis() == 0
            ? Optional.empty()
            : Optional.of(Instant.ofEpochMilli(done.newestCommitMillis())),
        newest.map(slice -> slice.inFlight(view, now)),
        view.size(),
        owner,
        rejects(last, newest));
  }

  /** The slice in flight, with what is known of its newest plan. */
  private record Newest(
      LedgerStore store, AttemptName name, Contents.Attempt content, PlanOutcomes outcomes) {
    static Optional<Newest> of(LedgerStore store, LedgerView view, long slice) {
      return view.newestAttempt(slice)
          .flatMap(
              name ->
                  store
                      .read(name.file(), Contents.Attempt.class)
                      .map(
                          content ->
                              new Newest(
                                  store,
                                  name,
                                  content,
                                  PlanOutcomes.of(store, view, name.plan()))));
    }

    InFlight inFlight(LedgerView view, Instant now) {
      return new InFlight(
          content.slice(),
          name.number(),
          age(content, now),
          !view.claimsOf(name.plan()).isEmpty(),
          outcomes.totals(),
          troubles(view));
    }

    private Set<String> troubles(LedgerView view) {
      Set<String> labels = new TreeSet<>();
      for (ClaimFiles claim : view.claimsOf(name.plan())) {
        ClaimState.of(store, claim)
            .categories()
            .forEach(category -> labels.add(category.toLowerCase(Locale.ROOT)));
      }
      return labels;
    }
  }

  private static Map<String, FirstReject> rejects(LastDone last, Optional<Newest> newest) {
    Map<String, FirstReject> first = new TreeMap<>(last.record().rejects().first());
    newest.ifPresent(
        slice ->
            slice
                .outcomes()
                .rejected()
                .forEach(
                    example ->
                        first.putIfAbsent(
                            example.reason(),
                            example.upTo(slice.content().slice().lastVersion()))));
    return first;
  }

  /** Not negative: clocks differ, and may be set. */
  private static Duration age(Contents.Attempt attempt, Instant now) {
    Duration age = Duration.between(Instant.ofEpochMilli(attempt.since()), now);
    return age.isNegative() ? Duration.ZERO : age;
  }
}
