package io.freshet.uservectors.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.ledger.Ledger;
import io.freshet.ledger.LedgerAddress;
import io.freshet.ledger.Ownership;
import io.freshet.testing.DeltaTables;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SecondStartTest {
  @TempDir private Path folder;

  /** Two would be believed by one start each, and the collection bears the id of one. */
  @Test
  void whoIsRefusedGivesTheLedgerNoIdentity() {
    DeltaTables.create(folder.resolve("table"), true);
    String address = folder.resolve("ledger").toUri().toString();
    Ledger ledger = Ledger.at(new LedgerAddress(address, Map.of()));
    try (Ownership first = ledger.takeOwnership()) {
      RunCommand second =
          new RunCommand(
              new UnusedRunner(),
              Map.of(),
              new PrintStream(new ByteArrayOutputStream(), true, UTF_8),
              new StopRequest());

      FreshetException refused =
          assertThrows(
              FreshetException.class,
              () ->
                  second.run(List.of("--table=" + folder.resolve("table"), "--ledger=" + address)));

      assertEquals(FailureCategory.LEDGER_IN_USE, refused.category());
      assertEquals(Optional.empty(), ledger.identity());
      first.requireHeld();
    }
  }
}
