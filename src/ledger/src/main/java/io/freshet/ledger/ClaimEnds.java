package io.freshet.ledger;

import io.freshet.changes.Time;
import io.freshet.ledger.LedgerView.ClaimFiles;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells when a claim writes no more. Time is measured from when this process first saw things, by
 * its monotonic clock, see {@link Sightings}.
 */
final class ClaimEnds {
  /** Of a lease of which nobody says how long it is: longer than any. */
  private static final Duration UNKNOWN_LENGTH = Duration.ofHours(1);

  private final LedgerStore store;
  private final Sightings sightings;
  private final Processes processes;
  private final Duration settle;
  private final Time time;

  /** When processes of claims were first known to be gone, by {@link Time#nanos()}. */
  private final Map<String, Long> seenGone = new HashMap<>();

  ClaimEnds(Ledger ledger, Duration settle) {
    this.store = ledger.store();
    this.sightings = ledger.sightings();
    this.processes = ledger.processes();
    this.settle = settle;
    this.time = ledger.time();
  }

  /** Whether nothing that has been sent for the claim can arrive any more. */
  boolean isOver(ClaimFiles claim) {
    // One whose file is torn has not listed the ledger yet. When it does, it will see what whoever
    // asks here has emitted, and be dropped.
    if (content(claim).isEmpty() || isLeaseOverSince(settle, claim)) {
      return true;
    }
    ClaimState state = ClaimState.of(store, claim);
    if (state.ended()
        && state.abandoned().entrySet().stream()
            .allMatch(file -> isSettled(sightings.age(file.getKey(), file.getValue())))) {
      return true;
    }
    if (writers(claim) == Writers.THIS_PROCESS && isGone(claim)) {
      long now = time.nanos();
      return isSettled(time.since(seenGone.computeIfAbsent(claim.name().text(), name -> now)));
    }
    return false;
  }

  private boolean isSettled(Duration since) {
    return since.compareTo(settle) >= 0;
  }

  /** Whether its lease is over; what was sent may still arrive. */
  boolean isLeaseOver(ClaimFiles claim) {
    return claim.claimFile().isEmpty() || isLeaseOverSince(Duration.ZERO, claim);
  }

  private boolean isLeaseOverSince(Duration since, ClaimFiles claim) {
    Duration length = length(claim);
    return sightings
            .age(claim.claimFile().orElseThrow(), claim.leaseEnd() - length.toMillis())
            .compareTo(length.plus(since))
        >= 0;
  }

  private Duration length(ClaimFiles claim) {
    return content(claim)
        .map(Contents.Claim::leaseMillis)
        .filter(millis -> millis > 0)
        // It is torn, or an older version of Freshet wrote it.
        .or(
            () ->
                store
                    .read(claim.name().attempt().file(), Contents.Attempt.class)
                    .map(Contents.Attempt::leaseMillis))
        .map(Duration::ofMillis)
        .orElse(UNKNOWN_LENGTH);
  }

  /**
   * Whether the process that made the claim surely runs no more. Others may write for it all the
   * same; what was sent may still arrive.
   */
  boolean isGone(ClaimFiles claim) {
    return content(claim).map(content -> processes.isKnownGone(content.worker())).orElse(false);
  }

  /**
   * Whether nobody works on it who has not handed it on before: it is torn, or its process gone.
   */
  boolean isTornOrGone(ClaimFiles claim) {
    return content(claim).isEmpty() || isGone(claim);
  }

  private Writers writers(ClaimFiles claim) {
    return content(claim).map(Contents.Claim::writers).orElse(Writers.OTHERS_TOO);
  }

  private Optional<Contents.Claim> content(ClaimFiles claim) {
    return claim.claimFile().flatMap(file -> store.read(file, Contents.Claim.class));
  }

  /** Forgets claims that a listing no longer has. */
  void retain(LedgerView view) {
    Set<String> there = new HashSet<>();
    view.claims().forEach(claim -> there.add(claim.name().text()));
    seenGone.keySet().retainAll(there);
  }
}
