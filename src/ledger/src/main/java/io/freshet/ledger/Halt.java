package io.freshet.ledger;

import io.freshet.changes.FailureCategory;
import io.freshet.ledger.Names.AttemptName;

/** Tells the driver, wherever it runs, that waiting does not mend what failed. */
final class Halt {
  private Halt() {}

  static void recordIfNeeded(
      Ledger ledger, AttemptName attempt, FailureCategory category, String message) {
    if (category.stopsPipeline()) {
      record(ledger, attempt.generation(), category, message);
    }
  }

  static void record(Ledger ledger, String generation, FailureCategory category, String message) {
    ledger
        .store()
        .write(
            "halt_" + generation + "_" + Nonce.next(),
            new Contents.Halt(category.name(), message, ledger.time().millis()));
  }
}
