package io.freshet.ledger;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.Lease;
import io.freshet.changes.Outcome;
import io.freshet.changes.Position;
import io.freshet.changes.SkipReason;
import io.freshet.changes.Slice;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A pipeline whose every step the test takes: a table of commits that have {@code ROWS} rows each,
 * with a key of its own for every row.
 */
final class Pipeline {
  static final int ROWS = 10;
  static final Duration LEASE = Duration.ofSeconds(30);
  static final Duration SETTLE = Duration.ofSeconds(5);

  final MemoryFileSystem files = MemoryFileSystem.calm();
  final AdjustableClock clock = new AdjustableClock();
  final Ledger ledger = ledger();
  private final Ledger worker = ledger();
  long commits = 1;
  int rowsOfSlice = ROWS;
  private String generation = "";

  Pipeline() {
    ledger.start(Cursor.changesFrom(0));
    raiseGeneration();
  }

  /** The ledger as another process sees it. */
  Ledger ledger() {
    return new Ledger(files.store(), clock);
  }

  /** The ledger as a process sees it whose wall clock is wrong. */
  Ledger ledger(Duration ahead) {
    return new Ledger(files.store(), clock.ahead(ahead));
  }

  /** Another pipeline takes the ledger. */
  void raiseGeneration() {
    int number = ledger.view().newestGeneration().map(Names::generationNumber).orElse(0);
    generation = Names.generation(number + 1);
    ledger.store().write("generation_" + generation, new Contents.Note(0));
  }

  String generation() {
    return generation;
  }

  /** A coordinator of the newest generation that knows nothing but the ledger. */
  SliceCoordinator coordinator() {
    return coordinator("options");
  }

  SliceCoordinator coordinator(String fingerprint) {
    return coordinator(fingerprint, LEASE);
  }

  SliceCoordinator coordinator(String fingerprint, Duration lease) {
    return ledger()
        .coordinator(
            generation, fingerprint, new SliceLimits(rowsOfSlice, lease, SETTLE), this::plan);
  }

  SliceCoordinator coordinator(SliceLimits limits) {
    return ledger().coordinator(generation, "options", limits, this::plan);
  }

  private Optional<Slice> plan(Cursor from, long maxRows) {
    long first = from.position().version();
    long end = Math.min(commits, first + Math.max(1, maxRows / ROWS));
    return first < end
        ? Optional.of(new Slice(false, Position.startOf(first), Position.startOf(end)))
        : Optional.empty();
  }

  /** Claims an attempt that must not have been replaced. */
  ClaimedSlice claim(String attempt) {
    return worker.claims().claim(attempt).orElseThrow();
  }

  /** Claims and reads. */
  ClaimedSlice read(String attempt) {
    ClaimedSlice claimed = claim(attempt);
    int rows = rows(claimed);
    claimed.recordManifest(rows, Map.of(), rows, clock.now());
    return claimed;
  }

  /** Claims, reads, and writes all that it has to. */
  ClaimedSlice write(String attempt) {
    ClaimedSlice claimed = read(attempt);
    write(claimed, due(claimed));
    return claimed;
  }

  void write(ClaimedSlice claimed, List<Integer> numbers) {
    record(new Outcome.Written(claimed.lease(), numbers));
  }

  void abandon(ClaimedSlice claimed, List<Integer> numbers, FailureCategory category) {
    record(new Outcome.Abandoned(claimed.lease(), numbers, category, "for the test"));
  }

  void skip(Lease lease, List<Integer> numbers, SkipReason reason) {
    record(new Outcome.Skipped(lease, numbers, reason, "for the test"));
  }

  void record(Outcome... outcomes) {
    worker.outcomes().record(List.of(outcomes));
  }

  /** The changes that a claim has to emit. */
  static List<Integer> due(ClaimedSlice claimed) {
    return IntStream.range(0, rows(claimed)).filter(n -> !claimed.isSettled(n)).boxed().toList();
  }

  private static int rows(ClaimedSlice claimed) {
    Slice slice = claimed.slice();
    return Math.toIntExact((slice.to().version() - slice.from().version()) * ROWS);
  }
}
