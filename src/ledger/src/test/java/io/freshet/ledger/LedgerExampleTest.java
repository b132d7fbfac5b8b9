package io.freshet.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.freshet.changes.Outcome;
import io.freshet.changes.Position;
import io.freshet.changes.Slice;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the module's README. */
class LedgerExampleTest {
  @TempDir Path folder;

  @Test
  void sliceIsPlannedClaimedWrittenAndDone() {
    // The driver.
    Ledger ledger = Ledger.at(new LedgerAddress(folder.toUri().toString(), Map.of()));
    try (Ownership owner = ledger.takeOwnership()) {
      ledger.identify("2b7c…", "/data/events");
      if (ledger.cursor().isEmpty()) {
        ledger.start(Cursor.changesFrom(5));
      }
      SlicePlanner planner = (from, maxRows) -> nextCommit(from);
      SliceLimits limits = new SliceLimits(100_000, Duration.ofSeconds(30), Duration.ofSeconds(5));
      SliceCoordinator coordinator =
          ledger.coordinator(owner.generation(), "options", limits, planner);
      String attempt = coordinator.poll().orElseThrow();

      // A worker.
      ClaimedSlice claimed = ledger.claims().claim(attempt).orElseThrow();
      claimed.recordManifest(2, Map.of(), 2, Instant.now());
      // Write what is not settled, until claimed.lease() is over.
      ledger.outcomes().record(List.of(new Outcome.Written(claimed.lease(), List.of(0, 1))));

      // The driver again: the slice is done, and there is no other.
      assertEquals(Optional.empty(), coordinator.poll());
      assertEquals(Optional.of(Cursor.changesFrom(6)), ledger.cursor());
      assertEquals(2, ledger.status().totals().written());
    }
  }

  /** A table whose last commit is version 5. */
  private static Optional<Slice> nextCommit(Cursor from) {
    long version = from.position().version();
    return version > 5
        ? Optional.empty()
        : Optional.of(new Slice(false, Position.startOf(version), Position.startOf(version + 1)));
  }
}
