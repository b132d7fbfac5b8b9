package io.freshet.ledger;

import io.freshet.changes.Lease;
import io.freshet.changes.Time;
import io.freshet.ledger.Ledger.Standing;
import io.freshet.ledger.LedgerView.ClaimFiles;
import io.freshet.ledger.Names.AttemptName;
import io.freshet.ledger.Names.ClaimName;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Claims attempts for a worker. */
public final class SliceClaims {
  private static final Logger LOG = LoggerFactory.getLogger(SliceClaims.class);

  private final Ledger ledger;
  private final Time time;
  private final ClaimEnds ends;

  SliceClaims(Ledger ledger, Time time) {
    this.ledger = ledger;
    this.time = time;
    this.ends = new ClaimEnds(ledger, Duration.ZERO);
  }

  /**
   * Claims an attempt; empty if it has been replaced, is done, or its pipeline owns the ledger no
   * more: then nothing may be written for it. Nor if it is gone: whoever took it for torn may have
   * emitted another plan, which is later in time and not in order. The claim is written first and
   * the ledger listed after, so that whoever emits something later either sees the claim and waits
   * for it, or is seen here.
   *
   * <p>Empty, too, if another claim of the attempt is at work: a runner may read a slice twice, and
   * both would write it, and hold up the next slice until both are over. Whoever comes later finds
   * the first claim before it writes one. Of two that write theirs at the same moment, the one with
   * the greater name gives up, so that never both do; where only that one has not been seen, both
   * go on, which costs time and nothing else.
   *
   * @param attempt what {@link SliceCoordinator#poll()} handed out
   */
  public Optional<ClaimedSlice> claim(String attempt) {
    return claim(attempt, Writers.OTHERS_TOO);
  }

  /**
   * Claims an attempt, as {@link #claim(String)} does.
   *
   * @param writers who will write its changes: a claim whose writers are in this process alone is
   *     over when it is gone
   */
  public Optional<ClaimedSlice> claim(String attempt, Writers writers) {
    AttemptName name = AttemptName.parse(attempt);
    LedgerStore store = ledger.store();
    Optional<Contents.Attempt> content = store.read(name.file(), Contents.Attempt.class);
    if (content.isEmpty()) {
      LOG.info("{} is gone; nothing is written for it", attempt);
      return Optional.empty();
    }
    ClaimName claim = ClaimName.create(name);
    if (ledger.view().claimsOf(name).stream().anyMatch(this::isAtWork)) {
      LOG.info("{} is claimed already; it is not read a second time", attempt);
      return Optional.empty();
    }
    Duration length = Duration.ofMillis(content.get().leaseMillis());
    Lease lease = Lease.begin(claim.text(), length, time);
    String file = claim.claimFile(lease.end().toEpochMilli());
    store.write(
        file,
        new Contents.Claim(
            ledger.processes().current(), time.millis(), length.toMillis(), writers));
    Standing standing = ledger.standing();
    LedgerView view = standing.view();
    if (standing.last().slice() >= name.plan().slice()
        || view.hasLaterThan(name)
        || !view.has(name)
        || !ledger.isOwner(view, name.generation())) {
      LOG.info("{} has been replaced; nothing is written for it", attempt);
      store.delete(List.of(file));
      return Optional.empty();
    }
    if (view.claimsOf(name).stream()
        .anyMatch(other -> other.name().text().compareTo(claim.text()) < 0 && isAtWork(other))) {
      LOG.info("{} is claimed at the same moment; it is not read a second time", attempt);
      store.delete(List.of(file));
      return Optional.empty();
    }
    List<ClaimFiles> earlier =
        view.claimsOf(name.plan()).stream().filter(c -> !c.name().equals(claim)).toList();
    return Optional.of(
        new ClaimedSlice(
            ledger,
            claim,
            lease,
            content.get(),
            standing.last().record().anchor(),
            earlier.isEmpty() ? new BitSet() : PlanOutcomes.of(store, view, name.plan()).settled(),
            earlier.stream().anyMatch(other -> other.manifest().isPresent())));
  }

  /** Whether a claim of an attempt is at work, so that {@link #claim(String)} grants no other. */
  public boolean isClaimed(String attempt) {
    return ledger.view().claimsOf(AttemptName.parse(attempt)).stream().anyMatch(this::isAtWork);
  }

  /**
   * Whether a claim may still bring outcomes. One whose process is gone may do so only once it was
   * read whole, by others that it has handed the changes to: these are not read again, but handed
   * out as another attempt, at once where that is known.
   */
  private boolean isAtWork(ClaimFiles claim) {
    return !ends.isLeaseOver(claim)
        && !ClaimState.of(ledger.store(), claim).ended()
        && (claim.manifest().isPresent() || !ends.isTornOrGone(claim));
  }
}
