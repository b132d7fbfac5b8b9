package io.freshet.ledger;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.Lease;
import io.freshet.ledger.Names.AttemptName;
import io.freshet.ledger.Names.ClaimName;
import io.freshet.ledger.Names.PlanName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The right of a ledger's owner to write to the collection itself, one batch after another. It is a
 * claim as a worker's is, of no attempt: whoever comes next, a pipeline or another repair, waits
 * until it is over, settle time included. Not for several threads.
 */
public final class Mending implements AutoCloseable {
  private final Ledger ledger;
  private final String generation;
  private final Duration length;

  /** The file of the last claim; each renewal is a claim of its own. */
  private Optional<String> held = Optional.empty();

  /** What the claim is of, a name that nothing was emitted under: a new one for each batch. */
  private Optional<AttemptName> batch = Optional.empty();

  /** Whether something was sent under the last lease that is not known to be answered. */
  private boolean open;

  /** Whether that was so when a lease was renewed: it may still be on its way. */
  private boolean givenUp;

  Mending(Ledger ledger, String generation, Duration length) {
    this.ledger = ledger;
    this.generation = generation;
    this.length = length;
  }

  /**
   * The right to write the next batch, or the same once more if it has not been {@link #answered}.
   * The claim is written first and the ledger listed after, so that whoever takes the ledger either
   * sees the claim and waits for it, or is seen here.
   *
   * @throws FreshetException {@link FailureCategory#LEDGER_IN_USE} if another has taken the ledger
   */
  public Lease renew() {
    batch = Optional.of(batch.filter(same -> open).map(this::again).orElseGet(this::first));
    ClaimName claim = ClaimName.create(batch.get());
    // Before it is written and asked who owns the ledger: a pause in between shortens the lease.
    Lease lease = Lease.begin(claim.text(), length, ledger.time());
    String file = claim.claimFile(lease.end().toEpochMilli());
    Optional<String> before = held;
    ledger
        .store()
        .write(
            file,
            new Contents.Claim(
                ledger.processes().current(),
                ledger.time().millis(),
                length.toMillis(),
                Writers.THIS_PROCESS));
    held = Optional.of(file);
    givenUp |= open;
    // It ends no sooner than those before it: one is enough.
    before.ifPresent(old -> ledger.store().delete(List.of(old)));
    if (!ledger.isOwnedBy(generation)) {
      throw new FreshetException(
          FailureCategory.LEDGER_IN_USE,
          "A pipeline has taken the ledger "
              + ledger
              + " while the collection was mended; stop it, and begin again");
    }
    open = true;
    return lease;
  }

  private AttemptName first() {
    long slice = ledger.standing().last().slice();
    return AttemptName.create(PlanName.create(slice, 0, generation), 1, generation);
  }

  private AttemptName again(AttemptName last) {
    return AttemptName.create(last.plan(), last.number() + 1, generation);
  }

  /** Says that every request that was sent under the last lease has been acknowledged. */
  public void answered() {
    open = false;
  }

  /** Ends the claim at once if every request was acknowledged; else it ends with its lease. */
  @Override
  public void close() {
    if (!open && !givenUp) {
      held.ifPresent(file -> ledger.store().delete(List.of(file)));
      held = Optional.empty();
    }
  }
}
