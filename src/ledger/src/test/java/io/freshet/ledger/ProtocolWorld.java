package io.freshet.ledger;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.Lease;
import io.freshet.changes.Outcome;
import io.freshet.changes.Position;
import io.freshet.changes.SkipReason;
import io.freshet.changes.Slice;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** seed: they crash, freeze, see each other late, and their requests arrive after them. */
final class ProtocolWorld implements AutoCloseable {
  private static final int KEYS = 3;
  private static final int CHAOS_STEPS = 1_500;
  private static final int CALM_STEPS = 60_000;

  /** A row of the table; a bad one gets its outcome while it is read. */
  private record Row(String key, long version, boolean bad) {}

  /** A request under way. */
  private record Flight(String key, long version, long arrives) {}

  /** One numbered change. */
  private record Numbered(int number, Row row) {}

  private final Random random;
  private final Schedule schedule;
  private final AdjustableClock clock = new AdjustableClock();
  private final MemoryFileSystem files;
  private final Duration lease;
  private final Duration settle;
  private final Duration mostFlight;
  private final Duration mostSkew;

  private final List<List<Row>> commits = new ArrayList<>();
  private final Map<String, Long> collection = new TreeMap<>();
  private final List<Flight> flights = new ArrayList<>();
  private final List<String> handedOut = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();
  private boolean calm;
  private int drivers;
  private String newest = "";

  ProtocolWorld(long seed, Duration settle, Duration mostFlight, Duration mostSkew) {
    this.random = new Random(seed);
    Nonce.drawFrom(new Random(seed));
    this.schedule = new Schedule(random);
    this.lease = Duration.ofSeconds(random.nextBoolean() ? 10 : 30);
    this.settle = settle;
    this.mostFlight = mostFlight;
    this.mostSkew = mostSkew;
    this.files =
        new MemoryFileSystem(
            new MemoryFileSystem.Between() {
              @Override
              public void operations(String file) throws IOException {
                schedule.pause();
                // What takes part in write-then-list is where sleeping hurts.
                if (chance(file.matches(".*_(claim_|attempt|done_).*") ? 0.05 : 0.005)) {
                  schedule.sleepUntil(now() + someTime());
                }
                if (chance(0.002)) {
                  throw new IOException("The file system fails now and then");
                }
              }

              @Override
              public boolean listed() {
                return random.nextBoolean();
              }
            });
  }

  /** Runs it all; what went wrong, or nothing. */
  List<String> run() {
    calm = true;
    ledger().start(Cursor.changesFrom(0));
    calm = false;
    for (int step = 0; step < CHAOS_STEPS; step++) {
      disturb();
      step();
    }
    comeToRest();
    return violations;
  }

  private void disturb() {
    if (chance(0.02)) {
      commit();
    }
    if (chance(0.004) || count("coordinator") == 0) {
      startDriver();
    }
    List<Schedule.Actor> actors = schedule.actors();
    if (count("worker") < 2) {
      schedule.start("worker", this::work);
    }
    if (!actors.isEmpty() && chance(0.004)) {
      actors.get(random.nextInt(actors.size())).crash();
    }
    if (!actors.isEmpty() && chance(0.01)) {
      actors.get(random.nextInt(actors.size())).sleepUntil(now() + someTime());
    }
  }

  private long someTime() {
    return random.nextLong(random.nextInt(5) == 0 ? 60_000 : 8_000);
  }

  /** No more trouble: whatever is left of the past wakes up, and one last pipeline must get by. */
  private void comeToRest() {
    calm = true;
    commit();
    schedule.actors().forEach(Schedule.Actor::wake);
    startDriver();
    Cursor end = Cursor.changesFrom(commits.size());
    Ledger ledger = ledger();
    for (int step = 0; step < CALM_STEPS; step++) {
      if (count("worker") < 2) {
        schedule.start("worker", this::work);
      }
      if (step % 2_000 == 1_999 && !ledger.view().newestGeneration().equals(Optional.of(newest))) {
        startDriver(); // Two had started at once, and the one that won is gone.
      }
      step();
      if (step % 50 == 0 && ledger.cursor().equals(Optional.of(end))) {
        break;
      }
    }
    land(Long.MAX_VALUE);
    LedgerStatus status = ledger.status();
    if (!status.cursor().equals(Optional.of(end))) {
      violations.add("Stuck at " + status.cursor() + " of " + end);
      return;
    }
    long rows = commits.stream().mapToLong(List::size).sum();
    if (status.totals().total() != rows) {
      violations.add("Outcomes of " + status.totals() + " for " + rows + " rows");
    }
    Map<String, Long> expected = new TreeMap<>();
    commits.forEach(
        commit ->
            commit.stream()
                .filter(row -> !row.bad())
                .forEach(row -> expected.put(row.key(), row.version())));
    if (!collection.equals(expected)) {
      violations.add("The collection is " + collection + ", the table is " + expected);
    }
    if (files.files().size() > 60) {
      violations.add(files.files().size() + " files are left: " + files.files().keySet());
    }
  }

  private void step() {
    if (!schedule.step(now())) {
      long next = Math.min(schedule.nextWake(), now() + 1_000);
      clock.advance(Duration.ofMillis(Math.max(1, next - now())));
    } else if (random.nextInt(20) == 0) {
      clock.advance(Duration.ofMillis(random.nextInt(100)));
    }
    land(now());
  }

  private void commit() {
    List<Row> rows = new ArrayList<>();
    int size = 1 + random.nextInt(4);
    for (int i = 0; i < size; i++) {
      rows.add(new Row("k" + random.nextInt(KEYS), commits.size(), random.nextInt(6) == 0));
    }
    commits.add(rows);
  }

  private void startDriver() {
    // The pipelines before the last one have left their coordinators behind.
    List<Schedule.Actor> old = new ArrayList<>(schedule.actors());
    old.removeIf(actor -> !actor.name().equals("coordinator"));
    while (old.size() > 4) {
      old.remove(random.nextInt(old.size())).crash();
    }
    int number = drivers++;
    String fingerprint = "options " + random.nextInt(2);
    SliceLimits limits = new SliceLimits(1 + random.nextInt(8), lease, settle);
    boolean stubborn = random.nextBoolean();
    schedule.start(
        "coordinator",
        () -> {
          try {
            take(ledger())
                .ifPresent(
                    generation -> {
                      Runnable coordinating =
                          () -> coordinate(number, generation, fingerprint, limits, stubborn);
                      if (random.nextBoolean()) {
                        schedule.start("coordinator", coordinating);
                      }
                      coordinating.run();
                    });
          } catch (FreshetException e) {
            expectStorage(e);
          }
        });
  }

  /**
   * Raises the generation, as {@link Ownership} does when the owner has been silent for long; empty
   * if another pipeline did so at the same time.
   */
  private static Optional<String> take(Ledger ledger) {
    int last = ledger.view().newestGeneration().map(Names::generationNumber).orElse(0);
    String generation = Names.generation(last + 1);
    ledger.store().write("generation_" + generation, new Contents.Note(0));
    LedgerView view = ledger.view();
    if (!view.newestGeneration().equals(Optional.of(generation))) {
      return Optional.empty();
    }
    ledger.store().delete(view.filesOfGenerationsBefore(generation));
    return Optional.of(generation);
  }

  /** Polls; a stubborn one goes on when another pipeline has taken the ledger. */
  private void coordinate(
      int number, String generation, String fingerprint, SliceLimits limits, boolean stubborn) {
    Ledger ledger = ledger();
    SliceCoordinator coordinator = null;
    while (stubborn || number == drivers - 1) {
      if (number == drivers - 1) {
        newest = generation;
      }
      if (coordinator == null || chance(0.05)) {
        coordinator = ledger.coordinator(generation, fingerprint, limits, this::plan);
      }
      try {
        coordinator.poll().ifPresent(handedOut::add);
      } catch (FreshetException e) {
        expectStorage(e);
      }
      schedule.sleepUntil(now() + random.nextInt(200));
    }
  }

  private Optional<Slice> plan(Cursor from, long maxRows) {
    int head = commits.size();
    schedule.pause();
    int first = (int) from.position().version();
    int end = first;
    int rows = 0;
    while (end < head && (end == first || rows + commits.get(end).size() <= maxRows)) {
      rows += commits.get(end++).size();
    }
    return end == first
        ? Optional.empty()
        : Optional.of(new Slice(false, Position.startOf(first), Position.startOf(end)));
  }

  private void work() {
    Ledger ledger = ledger();
    while (handedOut.isEmpty()) {
      schedule.sleepUntil(now() + random.nextInt(100));
    }
    int index = random.nextInt(handedOut.size());
    String attempt = chance(0.1) ? handedOut.get(index) : handedOut.remove(index);
    try {
      ledger.claims().claim(attempt).ifPresent(this::read);
    } catch (FreshetException e) {
      expectStorage(e);
    }
  }

  private void read(ClaimedSlice claimed) {
    if (chance(0.05)) {
      claimed.giveUp(FailureCategory.STORAGE_UNAVAILABLE, "for the test");
      return;
    }
    Slice slice = claimed.slice();
    TreeMap<String, Row> newest = new TreeMap<>();
    int rows = 0;
    for (long v = slice.from().version(); v < slice.to().version(); v++) {
      for (Row row : commits.get((int) v)) {
        rows++;
        if (!row.bad()) {
          newest.put(row.key(), row);
        }
      }
    }
    List<Numbered> changes = new ArrayList<>();
    newest.values().forEach(row -> changes.add(new Numbered(changes.size(), row)));
    Map<SkipReason, Long> skipped = Map.of(SkipReason.SUPERSEDED, (long) rows - changes.size());
    claimed.recordManifest(rows, skipped, changes.size(), clock.instant());
    List<Numbered> due = changes.stream().filter(c -> !claimed.isSettled(c.number())).toList();
    int middle = due.isEmpty() ? 0 : random.nextInt(due.size());
    for (List<Numbered> bundle : List.of(due.subList(0, middle), due.subList(middle, due.size()))) {
      if (!bundle.isEmpty()) {
        schedule.start("sender", () -> send(ledger(), claimed.lease(), bundle));
      }
    }
  }

  private void send(Ledger ledger, Lease lease, List<Numbered> bundle) {
    List<Outcome> outcomes = new ArrayList<>();
    for (Numbered change : bundle) {
      outcomes.add(send(ledger.clock(), lease, change));
    }
    try {
      ledger.outcomes().record(outcomes);
    } catch (FreshetException e) {
      expectStorage(e);
    }
  }

  private Outcome send(Clock itsClock, Lease lease, Numbered change) {
    List<Integer> number = List.of(change.number());
    schedule.pause();
    if (lease.isOver(itsClock.instant())) {
      return new Outcome.Abandoned(lease, number, FailureCategory.LEASE_OVER, "");
    }
    long took = random.nextLong(chance(0.5) ? mostFlight.toMillis() + 1 : 50);
    Flight flight = new Flight(change.row().key(), change.row().version(), now() + took);
    flights.add(flight);
    if (chance(0.15)) {
      // The connection broke: what is under way may still arrive.
      return new Outcome.Abandoned(lease, number, FailureCategory.MILVUS_UNAVAILABLE, "");
    }
    if (chance(0.1)) {
      // Refused while others are taken, or so it seems.
      return new Outcome.Abandoned(lease, number, FailureCategory.ROW_REFUSED, "");
    }
    while (flights.contains(flight)) {
      schedule.sleepUntil(flight.arrives());
    }
    return new Outcome.Written(lease, number);
  }

  private void land(long time) {
    List<Flight> landing =
        flights.stream()
            .filter(flight -> flight.arrives() <= time)
            .sorted(Comparator.comparingLong(Flight::arrives))
            .toList();
    flights.removeAll(landing);
    for (Flight flight : landing) {
      long there = collection.getOrDefault(flight.key(), -1L);
      if (there > flight.version()) {
        violations.add(flight.key() + "@" + flight.version() + " after @" + there);
      }
      collection.put(flight.key(), flight.version());
    }
  }

  /** The ledger as one more process sees it: with its own cache, and its own idea of the time. */
  private Ledger ledger() {
    Duration ahead = Duration.ofMillis(random.nextLong(mostSkew.toMillis() + 1));
    return new Ledger(files.store(), clock.ahead(ahead));
  }

  private long count(String name) {
    return schedule.actors().stream().filter(actor -> actor.name().equals(name)).count();
  }

  private boolean chance(double probability) {
    return !calm && random.nextDouble() < probability;
  }

  private long now() {
    return Instant.now(clock).toEpochMilli();
  }

  private static void expectStorage(FreshetException e) {
    if (e.category() != FailureCategory.STORAGE_UNAVAILABLE) {
      throw e;
    }
  }

  @Override
  public void close() {
    schedule.close();
    Nonce.drawFrom(new SecureRandom());
  }
}
