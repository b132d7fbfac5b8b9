package io.freshet.ledger;

import io.freshet.changes.Lease;
import io.freshet.ledger.Ledger.Standing;
import io.freshet.ledger.LedgerView.ClaimFiles;
import io.freshet.ledger.Names.AttemptName;
import io.freshet.ledger.Names.ClaimName;
import java.time.Clock;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Claims attempts for a worker. */
public final class SliceClaims {
  private static final Logger LOG = LoggerFactory.getLogger(SliceClaims.class);

  private final Ledger ledger;
  private final Clock clock;

  SliceClaims(Ledger ledger, Clock clock) {
    this.ledger = ledger;
    this.clock = clock;
  }

  /**
   * Claims an attempt; empty if it has been replaced, is done, or its pipeline owns the ledger no
   * more: then nothing may be written for it. The claim is written first and the ledger listed
   * after, so that whoever emits something later either sees the claim and waits for it, or is seen
   * here.
   *
   * @param attempt what {@link SliceCoordinator#poll()} handed out
   */
  public Optional<ClaimedSlice> claim(String attempt) {
    AttemptName name = AttemptName.parse(attempt);
    LedgerStore store = ledger.store();
    Optional<Contents.Attempt> content = store.read(name.file(), Contents.Attempt.class);
    if (content.isEmpty()) {
      LOG.info("{} is gone; nothing is written for it", attempt);
      return Optional.empty();
    }
    ClaimName claim = ClaimName.create(name);
    Instant end = clock.instant().plusMillis(content.get().leaseMillis());
    String file = claim.claimFile(end.toEpochMilli());
    store.write(file, new Contents.Claim(HostProcess.current(), clock.millis()));
    Standing standing = ledger.standing();
    LedgerView view = standing.view();
    if (standing.last().slice() >= name.plan().slice()
        || view.hasLaterThan(name)
        || !ledger.isOwner(view, name.generation())) {
      LOG.info("{} has been replaced; nothing is written for it", attempt);
      store.delete(List.of(file));
      return Optional.empty();
    }
    List<ClaimFiles> earlier =
        view.claimsOf(name.plan()).stream().filter(c -> !c.name().equals(claim)).toList();
    return Optional.of(
        new ClaimedSlice(
            ledger,
            claim,
            new Lease(claim.text(), Instant.ofEpochMilli(end.toEpochMilli())),
            content.get(),
            earlier.isEmpty()
                ? new BitSet()
                : PlanOutcomes.of(store, view, name.plan()).settled()));
  }
}
