package io.freshet.uservectors.cli;

import io.freshet.ledger.Ledger;
import io.freshet.ledger.LedgerAddress;
import java.io.Serializable;

/**
 * What a worker must see before anything is handed to it: the ledger that the driver has just
 * taken. A ledger on the driver's own disk would let workers read and write a folder of their own.
 *
 * @param generation that of the driver's {@link io.freshet.ledger.Ownership}
 */
public record WorkerCheck(LedgerAddress ledger, String generation) implements Serializable {
  /** Whether this JVM sees the ledger as the driver does. */
  public boolean passes() {
    return Ledger.at(ledger).isOwnedBy(generation);
  }
}
