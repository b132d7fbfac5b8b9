package io.freshet.ledger;

import io.freshet.changes.Time;
import io.freshet.ledger.LedgerView.ClaimFiles;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Tells when a claim writes no more. */
final class ClaimEnds {
  private final LedgerStore store;
  private final Duration settle;
  private final Time time;

  /** When claims whose process is gone were first seen, in milliseconds since 1970. */
  private final Map<String, Long> seenGone = new HashMap<>();

  ClaimEnds(LedgerStore store, Duration settle, Time time) {
    this.store = store;
    this.settle = settle;
    this.time = time;
  }

  /** Whether nothing that the claim's worker has sent can arrive any more. */
  boolean isOver(ClaimFiles claim) {
    long now = time.millis();
    if (now >= claim.leaseEnd() + settle.toMillis()) {
      return true;
    }
    ClaimState state = ClaimState.of(store, claim);
    if (state.ended()
        && (state.abandonedAt() == 0 || now >= state.abandonedAt() + settle.toMillis())) {
      return true;
    }
    if (isGone(claim)) {
      long since = seenGone.computeIfAbsent(claim.name().text(), c -> now);
      return now >= since + settle.toMillis();
    }
    return false;
  }

  /** Whether the claim's process surely runs no more; what it has sent may still arrive. */
  boolean isGone(ClaimFiles claim) {
    return claim
        .claimFile()
        .flatMap(file -> store.read(file, Contents.Claim.class))
        .map(content -> content.worker().isKnownGone())
        .orElse(false);
  }

  /** Forgets claims that a listing no longer has. */
  void retain(LedgerView view) {
    Set<String> there = new HashSet<>();
    view.claims().forEach(claim -> there.add(claim.name().text()));
    seenGone.keySet().retainAll(there);
  }
}
