package io.freshet.ledger;

import io.freshet.changes.FreshetException;
import java.util.List;
import java.util.Optional;

/**
 * Which table the ledger is that of by now: {@code CREATE OR REPLACE TABLE} gives the table another
 * id in the same log, and a table may be moved. The newest file that is whole counts; without any,
 * what the identity says.
 */
final class TableBindings {
  private final Ledger ledger;

  TableBindings(Ledger ledger) {
    this.ledger = ledger;
  }

  /** An identity as it is by now. */
  LedgerIdentity current(LedgerIdentity first) {
    return newest()
        .map(bound -> new LedgerIdentity(first.ledgerId(), bound.tableId(), bound.tableUri()))
        .orElse(first);
  }

  private Optional<Contents.Bound> newest() {
    return ledger.view().bound().descendingSet().stream()
        .flatMap(file -> ledger.store().read(file, Contents.Bound.class).stream())
        .findFirst();
  }

  /**
   * Binds the ledger. As in {@link Ledger#restart}, the owner is asked for before and after.
   *
   * @throws FreshetException {@link io.freshet.changes.FailureCategory#LEDGER_IN_USE} if another
   *     has taken the ledger
   */
  void bind(String generation, String tableId, String tableUri) {
    LedgerView view = ledger.view();
    ledger.requireOwner(view, generation);
    long number = view.bound().isEmpty() ? 0 : Names.boundNumber(view.bound().last()) + 1;
    String file = Names.boundFile(number);
    ledger.store().write(file, new Contents.Bound(tableId, tableUri, ledger.time().millis()));
    try {
      ledger.requireOwner(ledger.view(), generation);
    } catch (FreshetException e) {
      ledger.store().delete(List.of(file));
      throw e;
    }
    ledger.store().delete(List.copyOf(view.bound()));
  }
}
