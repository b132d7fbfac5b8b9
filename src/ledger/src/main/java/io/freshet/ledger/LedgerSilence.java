package io.freshet.ledger;

import io.freshet.ledger.Names.AttemptName;
import java.time.Duration;
import java.util.Optional;

/** How long a ledger may stay without news though somebody works on it as it should. */
public final class LedgerSilence {
  private LedgerSilence() {}

  /**
   * The time after which the leases that there are have ended, settled, or been emitted again: a
   * coordinator that lives has then written something. Reading, writing or waiting takes no longer
   * than that, whatever is away.
   *
   * @param settle see {@link SliceLimits#settle()}
   */
  public static Duration longest(Ledger ledger, Duration settle) {
    LedgerView view = ledger.view();
    Duration longest = Duration.ZERO;
    for (AttemptName attempt : view.attempts()) {
      Optional<Contents.Attempt> content =
          ledger.store().read(attempt.file(), Contents.Attempt.class);
      if (content.isPresent()) {
        Duration lease = Duration.ofMillis(content.get().leaseMillis()).plus(settle);
        Duration queue =
            view.claimsOf(attempt).isEmpty()
                ? SliceCoordinator.untilClaimed(content.get())
                : Duration.ZERO;
        longest = longer(longest, lease.plus(queue));
      }
    }
    return longest;
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) >= 0 ? a : b;
  }
}
