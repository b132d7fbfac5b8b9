package io.freshet.runners.conformance.simulation;

import io.freshet.changes.Change;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.Lease;
import io.freshet.changes.Outcome;
import io.freshet.changes.Position;
import io.freshet.changes.Slice;
import io.freshet.changes.VectorBatch;
import io.freshet.changes.VectorUpdate;
import io.freshet.ledger.Anchor;
import io.freshet.ledger.ClaimedSlice;
import io.freshet.ledger.Cursor;
import io.freshet.ledger.HostProcess;
import io.freshet.ledger.Ledger;
import io.freshet.ledger.Mending;
import io.freshet.ledger.OutcomeTotals;
import io.freshet.ledger.Ownership;
import io.freshet.ledger.SimulatedLedgers;
import io.freshet.ledger.SliceCoordinator;
import io.freshet.ledger.SliceLimits;
import io.freshet.ledger.Writers;
import io.freshet.milvus.SimulatedWriters;
import io.freshet.runners.conformance.simulation.Scheduler.Actor;
import io.freshet.runners.conformance.simulation.VirtualTable.Flaw;
import io.freshet.runners.conformance.simulation.VirtualTable.Placed;
import io.freshet.runners.conformance.simulation.VirtualTable.Row;
import io.milvus.shaded.io.grpc.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.hadoop.fs.FSError;

/**
 * Drivers, coordinators and workers of several pipelines on one ledger, a table and a collection.
 * All that they do is drawn from the seed.
 */
public final class World
    implements Scheduler.Between, VirtualDisk.Between, VirtualMilvus.Between, Simulating {
  private static final org.apache.beam.sdk.values.Row NO_COLUMNS =
      org.apache.beam.sdk.values.Row.withSchema(Schema.builder().build()).build();

  private static final List<Flaw> FLAWS =
      List.of(Flaw.POISON, Flaw.UNCLEAR_POISON, Flaw.BAD_VECTOR);

  private static final Duration BEAT = Duration.ofSeconds(1);
  private static final Duration SILENCE = Duration.ofSeconds(4);

  /** Less than an owner may be silent. */
  private static final Duration MENDING = Duration.ofSeconds(2);

  private static final Duration SETTLE = Duration.ofSeconds(5);

  /** How long after it was sent a request arrives at most. */
  private static final long LONGEST_FLIGHT = 3_900;

  /** How far two clocks differ at most. With the longest flight it is less than the settle time. */
  private static final long MOST_SKEW = 1_000;

  /** When all has come to rest, everything is done within this time. */
  private static final long LONGEST_REST = 20 * 60_000;

  private static final long LONGEST_TIDYING = 60_000;

  private static final long MOST_STEPS = 60_000;

  private final Scheduler scheduler = new Scheduler();
  private boolean tracing;

  // Of one schedule.
  private Random random = new Random(0);
  private VirtualDisk disk = new VirtualDisk(this);

  /** One for all schedules: what the classes keep for good, they keep with a connection to it. */
  private final VirtualMilvus milvus = new VirtualMilvus(this);

  /** Those of a process that write to Milvus Lite wait for each other. */
  private final VirtualLock writing = new VirtualLock(scheduler);

  private VirtualTable table = new VirtualTable();
  private Laws laws = new Laws(table, 1, v -> {});
  private VirtualCollection own = new VirtualCollection(0, VirtualMilvus.LEDGER_ID);
  private Chaos chaos = new Chaos(this, new Random(0));
  private List<VirtualHost> hosts = List.of();
  private List<String> violations = new ArrayList<>();
  private List<String> trace = new ArrayList<>();
  private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
  private Set<Fault> enabled = EnumSet.noneOf(Fault.class);
  private final List<Run> runs = new ArrayList<>();
  private final List<VirtualProcess> processes = new ArrayList<>();
  private final Map<Actor, Map<String, Row>> batches = new HashMap<>();
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long sequence;
  private long pids;
  private long collections;
  private long leaseSeconds;
  private long mostRows;
  private boolean beats;
  private boolean lite;
  private boolean calm;
  private boolean starting;
  private boolean inEvent;
  private boolean historyLost;
  private boolean dropped;
  private int losses;
  private long calmSince;
  private long atHeadSince;
  private long nextNudge;
  private List<String> keys = List.of();
  private final Map<String, Owner> owners = new TreeMap<>();
  private final Map<String, Granted> granted = new TreeMap<>();

  /** Bundles whose executor was killed after it had recorded their outcomes. */
  private final List<Consumer<VirtualProcess>> lost = new ArrayList<>();

  /** Something that happens at a time. */
  private record Event(long time, long sequence, Runnable what) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(time, other.time);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }

  /** A pipeline from its start to its end. */
  final class Run {
    private final String fingerprint;
    private final SliceLimits limits;
    private final VirtualProcess driver;
    private final List<VirtualProcess> workers = new ArrayList<>();
    private final boolean cluster;

    /** So many rows fit in the memory of a worker. */
    private final int memory;

    private VirtualProcess coordinating;
    private Optional<Runnable> restarting = Optional.empty();

    Run(VirtualProcess driver, String fingerprint, SliceLimits limits, boolean cluster) {
      this.driver = driver;
      this.fingerprint = fingerprint;
      this.limits = limits;
      this.cluster = cluster;
      this.memory =
          enabled.contains(Fault.SLICE_TOO_BIG) ? 1 + random.nextInt(3) : Integer.MAX_VALUE;
      this.coordinating = driver;
    }

    List<VirtualProcess> workers() {
      return workers;
    }

    VirtualProcess driver() {
      return driver;
    }

    boolean isOnCluster() {
      return cluster;
    }

    boolean isAlive() {
      return !driver.isGone();
    }

    private VirtualProcess someWorker() {
      return workers.get(random.nextInt(workers.size()));
    }
  }

  /**
   * A claim, for the law that an attempt is read once.
   *
   * @param left what it has emitted and not reported yet, once it has read the slice
   */
  private record Granted(
      String attempt, VirtualProcess process, long leaseEnd, AtomicReference<Set<Integer>> left) {
    Granted(String attempt, VirtualProcess process, long leaseEnd) {
      this(attempt, process, leaseEnd, new AtomicReference<>(Set.of(-1)));
    }

    /** Whether it may bring outcomes, whatever the clock says by which that is told. */
    boolean isAtWork(long now) {
      return !process.isGone() && now + MOST_SKEW < leaseEnd && !left.get().isEmpty();
    }

    void ends() {
      left.set(Set.of());
    }

    void emits(List<Integer> numbers) {
      left.set(Set.copyOf(numbers));
    }

    void reports(List<Integer> numbers) {
      Set<Integer> rest = new HashSet<>(left.get());
      rest.removeAll(Set.copyOf(numbers));
      left.set(Set.copyOf(rest));
    }
  }

  /** What is known of an owner's heartbeat, for the law that it is not taken over. */
  private static final class Owner {
    private final VirtualProcess process;
    private long since;
    private long lastBeat;
    private long longestGap;

    Owner(VirtualProcess process, long now) {
      this.process = process;
      this.since = now;
      this.lastBeat = now;
    }
  }

  /** By reflection: each class loader has its own. */
  public World() {
    SimulatedWriters.reach(VirtualMilvus.TARGET, milvus);
    SimulatedWriters.takeTurns(VirtualMilvus.TARGET, writing);
  }

  @Override
  public Course run(long seed, boolean traced) {
    tracing = traced;
    // Seeds in a row begin alike.
    random = new Random(seed * 0x9E3779B97F4A7C15L + 0x632BE59BD9B4E019L);
    random.nextLong();
    prepare(seed);
    scheduler.begin(VirtualHost.START, random, 3 + random.nextInt(25), this);
    chaos = new Chaos(this, random);
    enabled = chaos.draw(seed);
    beats = enabled.contains(Fault.RIVAL_DRIVER) || random.nextInt(12) == 0;
    lite = random.nextInt(3) == 0;
    leaseSeconds = List.of(3L, 10L, 30L).get(random.nextInt(3));
    mostRows = 2L + random.nextInt(6);
    boolean wide = random.nextInt(4) == 0;
    keys = names(wide ? 10 : 3);
    if (chaos.focus().isNarrow()) {
      leaseSeconds = chaos.focus().lease(leaseSeconds);
      keys = names(chaos.focus().keys(random));
      wide = keys.size() > 3;
    }
    hosts =
        List.of(
            new VirtualHost("a", skew()), new VirtualHost("b", skew()), new VirtualHost("c", 0));
    laws = new Laws(table, mostRows, this::violated);
    makeCollection();
    commit();
    if (wide) {
      commit();
    }
    chaos.plan();
    startDriver(0);
    for (Throwable failure : scheduler.run()) {
      violations.add("An actor failed: " + failure + " " + where(failure));
    }
    if (violations.isEmpty() && !finished) {
      violations.add("The schedule ended before its end: nobody goes on at " + laws.cursor());
    }
    Map<String, Integer> injected = new TreeMap<>();
    faults.forEach((fault, count) -> injected.put(fault.name(), count));
    return new Course(
        seed,
        scheduler.steps(),
        scheduler.now() - VirtualHost.START,
        calm ? scheduler.now() - calmSince : 0,
        injected,
        List.copyOf(violations),
        List.copyOf(trace));
  }

  private static List<String> names(int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add("k" + i);
    }
    return names;
  }

  private static String where(Throwable failure) {
    StringBuilder text = new StringBuilder();
    StackTraceElement[] stack = failure.getStackTrace();
    for (int i = 0; i < Math.min(8, stack.length); i++) {
      text.append(i == 0 ? "at " : " < ")
          .append(stack[i].getClassName().replaceAll(".*\\.", ""))
          .append('.')
          .append(stack[i].getMethodName())
          .append(':')
          .append(stack[i].getLineNumber());
    }
    return text.toString();
  }

  private boolean finished;

  private void prepare(long seed) {
    SimulatedLedgers.drawNamesFrom(new Random(seed));
    disk = new VirtualDisk(this);
    milvus.reset();
    writing.reset();
    table = new VirtualTable();
    violations = new ArrayList<>();
    trace = new ArrayList<>();
    faults.clear();
    runs.clear();
    processes.clear();
    batches.clear();
    events.clear();
    owners.clear();
    granted.clear();
    lost.clear();
    sequence = 0;
    pids = 100;
    collections = 0;
    calm = false;
    starting = false;
    inEvent = false;
    historyLost = false;
    dropped = false;
    finished = false;
    losses = 0;
    calmSince = 0;
    atHeadSince = 0;
    nextNudge = 0;
  }

  @Override
  public void close() {
    scheduler.close();
  }

  private long skew() {
    if (!enabled.contains(Fault.CLOCKS_DIFFER)) {
      return 0;
    }
    long ahead = random.nextLong(MOST_SKEW + 1);
    injected(Fault.CLOCKS_DIFFER, ahead + " ms");
    return ahead;
  }

  // What happens.

  boolean isCalm() {
    return calm;
  }

  boolean isEnabled(Fault fault) {
    return !calm && enabled.contains(fault);
  }

  /** Counts a fault, and writes it down. */
  void injected(Fault fault, String detail) {
    faults.merge(fault, 1, Integer::sum);
    trace(fault + (detail.isEmpty() ? "" : ": " + detail));
  }

  List<Run> runs() {
    return runs;
  }

  List<VirtualHost> hosts() {
    return hosts;
  }

  List<VirtualProcess> processes() {
    return processes;
  }

  Scheduler scheduler() {
    return scheduler;
  }

  @Override
  public long now() {
    return scheduler.now();
  }

  void at(long time, Runnable what) {
    events.add(new Event(time, sequence++, what));
  }

  private void violated(String what) {
    trace("VIOLATION " + what);
    violations.add(what);
    scheduler.end();
  }

  @Override
  public void trace(String what) {
    if (tracing) {
      Actor actor = scheduler.running();
      trace.add(
          String.format(
              "%8.3f %-22s %s",
              (now() - VirtualHost.START) / 1e3, actor == null ? "" : actor.toString(), what));
    }
  }

  private VirtualProcess running() {
    return scheduler.running().process();
  }

  private boolean isKnownGone(VirtualProcess looking, HostProcess identity) {
    if (!looking.host().name().equals(identity.machine()) || looking.identity().equals(identity)) {
      return false;
    }
    if (looking.host().isHiding()) {
      return false; // See ProcFolder.
    }
    for (VirtualProcess process : processes) {
      if (process.identity().equals(identity)) {
        return process.isGone();
      }
    }
    return false;
  }

  // Scheduler.Between

  @Override
  public void steps() {
    if (random.nextInt(16) == 0) {
      scheduler.pass(random.nextInt(60));
    }
    if (scheduler.steps() > MOST_STEPS) {
      violated("No end within " + MOST_STEPS + " steps; done is " + laws.cursor());
    }
    chaos.steps(scheduler.steps(), laws.isAtHead() && !dropped);
    if (!calm && chaos.isOver()) {
      calm = true;
      calmSince = now();
      trace("From now on nothing fails");
    }
    if (calm && !finished) {
      rest();
    }
  }

  private void rest() {
    if (laws.isAtHead() && (dropped || laws.restarts() < losses)) {
      if (now() >= nextNudge) {
        nextNudge = now() + 10_000;
        commit(); // Who has nothing to write does not notice that the collection is gone.
      }
    } else if (laws.isAtHead() && milvus.nextArrival() == Long.MAX_VALUE) {
      if (atHeadSince == 0) {
        atHeadSince = now();
      }
      if (!laws.isTidy(disk.size()) && now() - atHeadSince < LONGEST_TIDYING) {
        return; // What is done has just been recorded, and what it needed is deleted after that.
      }
      finished = true;
      laws.rest(own, disk.size(), disk.names());
      scheduler.end();
    }
    if (!finished && now() - calmSince > LONGEST_REST) {
      violated(
          "Stuck: "
              + LONGEST_REST / 1000
              + " s after the last fault only "
              + laws.cursor()
              + " of "
              + table.head()
              + " is done");
    }
  }

  @Override
  public long nextEvent() {
    long next = milvus.nextArrival();
    return events.isEmpty() ? next : Math.min(next, events.peek().time());
  }

  @Override
  public void timePassed(long now) {
    milvus.arrive(now);
    while (!events.isEmpty() && events.peek().time() <= now) {
      inEvent = true;
      events.poll().what().run();
      inEvent = false;
    }
  }

  // The table and the collection.

  void commit() {
    List<String> shuffled = new ArrayList<>(keys);
    Collections.shuffle(shuffled, random);
    int size = 1 + random.nextInt(keys.size() > 3 ? 6 : 3);
    long version = table.head();
    List<Row> rows = new ArrayList<>();
    for (String key : shuffled.subList(0, Math.min(size, shuffled.size()))) {
      boolean delete = version > 0 && random.nextInt(4) == 0;
      Flaw flaw = Flaw.NONE;
      if (!delete && random.nextInt(12) == 0) {
        flaw = FLAWS.get(random.nextInt(FLAWS.size()));
      }
      rows.add(new Row(key, version, delete, flaw));
    }
    table.commit(rows);
    trace("Commit " + version + ": " + rows.stream().map(Laws::text).toList());
  }

  private void makeCollection() {
    collections++;
    own = new VirtualCollection(lite ? 0 : 1000 + collections, VirtualMilvus.LEDGER_ID);
    milvus.name(Optional.of(own));
    dropped = false;
  }

  /** Another collection stands under the name until then. */
  void swap(long until) {
    boolean none = random.nextBoolean();
    injected(Fault.COLLECTION_SWAPPED, none ? "for none" : "for another one");
    collections++;
    milvus.name(
        none
            ? Optional.empty()
            : Optional.of(new VirtualCollection(lite ? 0 : 1000 + collections, "another")));
    back(own, until);
  }

  /**
   * The right collection comes back between two batches: one that is written while the name stands
   * for another one and for the right one again is not noticed, see docs/simulation.md.
   */
  private void back(VirtualCollection right, long time) {
    at(
        time,
        () -> {
          if (!batches.isEmpty()) {
            back(right, now() + 100);
          } else if (own == right && !dropped) {
            milvus.name(Optional.of(own));
            trace("The right collection is back");
          }
        });
  }

  boolean isDropped() {
    return dropped;
  }

  void drop() {
    if (dropped) {
      return;
    }
    injected(Fault.COLLECTION_DROPPED, "");
    milvus.name(Optional.empty());
    dropped = true;
    losses = laws.restarts() + 1;
  }

  // Drivers.

  void startDriver(long delay) {
    starting = true;
    at(now() + delay, this::startDriver);
  }

  /** If none is alive, one is started. */
  private void startDriverIfNone() {
    if (!starting && runs.stream().noneMatch(Run::isAlive)) {
      startDriver(
          random.nextInt(random.nextBoolean() ? 200 : 3_000)
              + (clocksAreSet() ? 2 * LONGEST_FLIGHT : 0));
    }
  }

  private void startDriver() {
    starting = false;
    if (runs.stream().filter(Run::isAlive).count() > 1) {
      return;
    }
    boolean narrow = chaos.focus().isNarrow();
    VirtualProcess driver = process("driver", hosts.get(narrow ? 0 : random.nextInt(2)));
    String fingerprint = "options " + (isEnabled(Fault.OTHER_OPTIONS) ? random.nextInt(2) : 0);
    SliceLimits limits =
        new SliceLimits(
            narrow && runs.isEmpty() ? mostRows : 1 + random.nextInt((int) mostRows),
            Duration.ofSeconds(leaseSeconds),
            SETTLE);
    boolean cluster = narrow ? chaos.focus().isOnCluster(random) : random.nextBoolean();
    Run run = new Run(driver, fingerprint, limits, cluster);
    if (narrow && cluster) {
      VirtualHost near = hosts.get(enabled.contains(Fault.DRIVERS_CLOCK_FORTH) ? 2 : 0);
      run.workers.add(process("worker", near));
      run.workers.add(process("worker", near));
    } else if (cluster) {
      VirtualHost near = hosts.get(random.nextInt(3));
      run.workers.add(process("worker", near));
      run.workers.add(process("worker", random.nextBoolean() ? near : hosts.get(2)));
    } else {
      run.workers.add(driver);
    }
    runs.add(run);
    trace(driver + " starts on " + driver.host() + ", workers " + run.workers + ", " + limits);
    scheduler.start("main", driver, 0, () -> drive(run));
  }

  private VirtualProcess process(String kind, VirtualHost host) {
    long pid = pids++;
    VirtualHost here = clocksAreSet() ? hosts.get(0) : host;
    VirtualProcess process =
        new VirtualProcess(kind + "-" + pid, here, pid, scheduler, this::clockIsRead);
    process.open(
        SimulatedLedgers.of(
            disk,
            VirtualDisk.FOLDER,
            process,
            process.identity(),
            other -> isKnownGone(process, other)),
        SimulatedWriters.writer(
            lite ? VirtualMilvus.TARGET : VirtualMilvus.TARGET.withCollectionId(own.id()),
            process,
            () -> random));
    processes.add(process);
    return process;
  }

  private void drive(Run run) {
    VirtualProcess process = run.driver;
    Ledger ledger = process.ledger();
    try (Ownership ownership = take(process, ledger)) {
      trace("owns the ledger as " + ownership.generation());
      if (ledger.cursor().isEmpty()) {
        Cursor first =
            random.nextInt(3) == 0 ? Cursor.snapshotAt(table.head() - 1) : Cursor.changesFrom(0);
        ledger.start(first);
      }
      if (dropped) {
        Duration limit = run.limits.lease().multipliedBy(8).plus(SETTLE.multipliedBy(2));
        if (!ownership.awaitQuiet(SETTLE, limit)) {
          return;
        }
        long version = table.head() - 1;
        trace("starts again with the snapshot of " + version);
        Runnable makeAnew =
            () -> {
              // Whoever is killed before the record is whole leaves a collection that is compared.
              if (dropped && laws.restarts() >= losses) {
                makeCollection();
              }
            };
        run.restarting = Optional.of(makeAnew);
        ownership.restartWithSnapshot(version, Anchor.NONE);
        run.restarting = Optional.empty();
        makeAnew.run();
      }
      if (historyLost && !dropped) {
        historyLost = !mend(run, ownership);
      }
      for (VirtualProcess worker : run.workers) {
        // The collection may be a new one.
        reopen(worker);
      }
      run.coordinating = run.cluster && !chaos.focus().isNarrow() ? run.someWorker() : process;
      startCoordinator(run, ownership.generation());
      if (isEnabled(Fault.TWO_COORDINATORS)
          || (isEnabled(Fault.FORGETFUL_COORDINATOR) && random.nextBoolean())) {
        startCoordinator(run, ownership.generation());
      }
      while (true) {
        scheduler.sleep(2_000 + random.nextInt(1_000));
        try {
          ownership.requireHeld();
        } catch (FreshetException e) {
          if (e.category() != FailureCategory.STORAGE_UNAVAILABLE) {
            throw e;
          }
        }
        if (run.coordinating.isGone()) {
          run.coordinating = run.someWorker();
          startCoordinator(run, ownership.generation());
        }
      }
    } catch (FreshetException e) {
      trace("ends: " + e.getMessage());
      requireRecords(e);
    } catch (FSError e) {
      trace("ends: " + e.getMessage());
    } finally {
      if (!process.isGone()) {
        end(run);
      }
    }
  }

  /** A ledger that has records is never said to have none: that stops the pipeline for good. */
  private void requireRecords(FreshetException failure) {
    if (failure.category() == FailureCategory.LEDGER_MISMATCH) {
      violated("The ledger is given up: " + failure.getMessage());
    }
  }

  /** A thread may be stalled between two readings of its clocks, too. */
  private void clockIsRead() {
    // Elsewhere clocks are read under locks, at which another actor's thread would stand for ever.
    if (!inEvent && batches.containsKey(scheduler.running())) {
      chaos.send();
    }
  }

  /** Has the collection equal to the table, and the ledger go on after that. */
  private boolean mend(Run run, Ownership ownership) {
    Duration limit = run.limits.lease().multipliedBy(8).plus(SETTLE.multipliedBy(2));
    if (!ownership.awaitQuiet(SETTLE, limit)) {
      return false;
    }
    long version = table.head() - 1;
    List<Row> rows =
        table.newest().stream().filter(row -> row.isGood() && row.version() <= version).toList();
    if (chaos.focus().isNarrow()) {
      reopen(run.driver);
      if (!mend(run.driver, ownership, rows) || !ownership.awaitQuiet(SETTLE, limit)) {
        return false;
      }
    } else {
      for (Row row : rows) {
        scheduler.sleep(random.nextInt(1_000));
        laws.applied(row, own.apply(row, version));
      }
    }
    if (dropped) {
      return false;
    }
    trace("has mended the collection up to " + version);
    run.restarting = Optional.of(() -> historyLost = false);
    ownership.restartAfter(version, OutcomeTotals.NONE, Anchor.NONE);
    run.restarting = Optional.empty();
    return true;
  }

  /** Writes rows as a repair does: each under a claim of its own, until it is taken. */
  private boolean mend(VirtualProcess process, Ownership ownership, List<Row> rows) {
    try (Mending mending = ownership.mending(MENDING)) {
      for (Row row : rows) {
        boolean taken = false;
        for (int tries = 0; !taken; tries++) {
          if (tries == 10) {
            return false;
          }
          chaos.mends(process);
          taken = mend(process, mending, row);
        }
      }
    }
    return true;
  }

  private boolean mend(VirtualProcess process, Mending mending, Row row) {
    Change change =
        change(mending.renew(), 0, new Placed(Position.startOf(row.version()), row), false, false);
    Actor me = scheduler.running();
    batches.put(me, row.delete() ? Map.of(row.key(), row) : Map.of());
    List<Outcome> outcomes = process.writer().apply(new VectorBatch(List.of(update(change, row))));
    batches.remove(me);
    trace("has mended " + Laws.text(row) + ": " + outcomes.stream().map(World::text).toList());
    if (outcomes.stream().noneMatch(Outcome.Abandoned.class::isInstance)) {
      mending.answered();
    }
    return outcomes.stream()
        .anyMatch(
            outcome -> outcome instanceof Outcome.Written || outcome instanceof Outcome.Deleted);
  }

  void loseHistory() {
    injected(Fault.HISTORY_LOST, "");
    historyLost = true;
  }

  private void reopen(VirtualProcess worker) {
    worker.open(
        worker.ledger(),
        SimulatedWriters.writer(
            lite ? VirtualMilvus.TARGET : VirtualMilvus.TARGET.withCollectionId(own.id()),
            worker,
            () -> random));
  }

  private Ownership take(VirtualProcess process, Ledger ledger) {
    long began = now();
    Optional<Owner> before =
        owners.values().stream().reduce((a, b) -> b).filter(owner -> !owner.process.isGone());
    Ownership taken =
        SimulatedLedgers.take(
            ledger, BEAT, SILENCE, () -> new VirtualTimer(scheduler, process, () -> beats));
    if (beats && before.isPresent() && before.get().since < began) {
      Owner owner = before.get();
      long gap = Math.max(owner.longestGap, now() - owner.lastBeat);
      if (!owner.process.isGone() && gap < SILENCE.toMillis() - BEAT.toMillis()) {
        violated(
            "The ledger of "
                + owner.process
                + " is taken, whose heartbeat goes on every "
                + gap
                + " ms");
      }
    }
    return taken;
  }

  /** The end of a run: its driver is gone, and sooner or later its workers are. */
  void end(Run run) {
    kill(run.driver);
    for (VirtualProcess worker : run.workers) {
      if (worker != run.driver) {
        boolean sleeps = worker.frozenUntil() > now() && chaos.focus().isNarrow();
        long lingers =
            sleeps || random.nextInt(3) == 0 ? random.nextInt(40_000) : random.nextInt(1_000);
        at(now() + lingers, () -> kill(worker));
      }
    }
    startDriverIfNone();
  }

  void kill(VirtualProcess process) {
    if (!process.isGone()) {
      trace(process + " is gone");
      process.end();
      scheduler.kill(process);
      batches.keySet().removeIf(actor -> actor.process() == process);
    }
  }

  /** A worker is killed; another takes its place. */
  void killWorker(Run run) {
    killWorker(run, run.someWorker());
  }

  private void killWorker(Run run, VirtualProcess worker) {
    int index = run.workers.indexOf(worker);
    if (worker == run.driver) {
      end(run);
      return;
    }
    kill(worker);
    VirtualProcess next = process("worker", worker.host());
    reopen(next);
    run.workers.set(index, next);
  }

  /** A process is killed, and what it is the driver of comes to its end. */
  void dies(VirtualProcess process) {
    for (Run run : runs) {
      if (run.isAlive() && (run.driver == process || enabled.contains(Fault.OTHER_OPTIONS))) {
        end(run);
        return;
      }
      if (run.isAlive() && run.workers.contains(process)) {
        killWorker(run, process);
        return;
      }
    }
    kill(process);
  }

  boolean isWorker(VirtualProcess process) {
    return runs.stream().anyMatch(run -> run.workers.contains(process) && run.driver != process);
  }

  boolean isRestarting(VirtualProcess process) {
    return runs.stream().anyMatch(run -> run.restarting.isPresent() && run.driver == process);
  }

  /** A driver is killed that has recorded where it goes on, and has not cleared up yet. */
  void diesRestarting(VirtualProcess process) {
    runs.stream()
        .filter(run -> run.driver == process)
        .flatMap(run -> run.restarting.stream())
        .forEach(Runnable::run);
    dies(process);
  }

  // Coordinators.

  private void startCoordinator(Run run, String generation) {
    VirtualProcess process = run.coordinating;
    scheduler.start("coordinator", process, 0, () -> coordinate(run, process, generation));
  }

  private void coordinate(Run run, VirtualProcess process, String generation) {
    Optional<SliceCoordinator> coordinator = Optional.empty();
    while (true) {
      if (coordinator.isEmpty()
          || (isEnabled(Fault.FORGETFUL_COORDINATOR) && random.nextInt(8) == 0)) {
        if (coordinator.isPresent()) {
          injected(Fault.FORGETFUL_COORDINATOR, "");
        }
        coordinator =
            Optional.of(
                process.ledger().coordinator(generation, run.fingerprint, run.limits, this::plan));
      }
      try {
        coordinator.get().poll().ifPresent(attempt -> handOut(run, attempt));
      } catch (FreshetException e) {
        trace("cannot hand out: " + e.getMessage());
        if (e.category().stopsPipeline()) {
          violated("The coordinator fails for good: " + e.getMessage());
        }
      } catch (FSError e) {
        trace("polls no more: " + e);
        return;
      }
      scheduler.sleep(500 + random.nextInt(2_500));
    }
  }

  private Optional<Slice> plan(Cursor from, long maxRows) {
    scheduler.pause();
    chaos.plans();
    return table.plan(from, maxRows);
  }

  private void handOut(Run run, String attempt) {
    trace("hands out " + shortened(attempt));
    if (isEnabled(Fault.QUEUE) && random.nextInt(4) == 0) {
      boolean lost = random.nextBoolean();
      injected(Fault.QUEUE, lost ? "the attempt is lost" : "the attempt comes twice");
      if (lost) {
        return;
      }
      queue(run, attempt);
    }
    queue(run, attempt);
  }

  private void queue(Run run, String attempt) {
    VirtualProcess worker = run.someWorker();
    long delay = random.nextInt(10) == 0 ? random.nextInt(5_000) : random.nextInt(100);
    scheduler.start(
        "reader", worker, delay, () -> survivingErrors(() -> work(run, worker, attempt)));
  }

  /** An error in a bundle is the bundle's end, as it is on a runner. */
  private void survivingErrors(Runnable work) {
    try {
      work.run();
    } catch (FSError e) {
      trace("the bundle fails: " + e);
    }
  }

  // Workers.

  private void work(Run run, VirtualProcess process, String attempt) {
    List<Granted> before =
        granted.values().stream().filter(claim -> claim.attempt().equals(attempt)).toList();
    Optional<ClaimedSlice> claimed;
    try {
      claimed =
          process
              .ledger()
              .claims()
              .claim(attempt, run.cluster ? Writers.OTHERS_TOO : Writers.THIS_PROCESS);
    } catch (FreshetException e) {
      trace("cannot claim: " + e.getMessage());
      requireRecords(e);
      return;
    }
    if (claimed.isEmpty()) {
      trace("drops " + shortened(attempt));
      return;
    }
    ClaimedSlice slice = claimed.get();
    trace("has claimed " + shortened(attempt) + ": " + slice.slice());
    if (!clocksAreSet()
        && !enabled.contains(Fault.DRIVERS_CLOCK_FORTH)
        && before.stream().anyMatch(claim -> claim.isAtWork(now()))) {
      violated(shortened(attempt) + " is claimed while another claim of it is at work");
    }
    Granted mine = new Granted(attempt, process, slice.lease().end().toEpochMilli());
    granted.put(slice.lease().attempt(), mine);
    List<Placed> changes;
    try {
      if (isEnabled(Fault.READ_FAILURE) && random.nextInt(4) == 0) {
        injected(Fault.READ_FAILURE, "");
        throw new FreshetException(FailureCategory.STORAGE_UNAVAILABLE, "The table is away");
      }
      scheduler.sleep(random.nextInt(8) == 0 ? random.nextInt(3_000) : random.nextInt(30));
      if (chaos.isReadInVain()) {
        return;
      }
      VirtualTable.Read read = table.read(slice.slice());
      if (read.rows() > run.memory && !slice.isWhole()) {
        injected(Fault.SLICE_TOO_BIG, read.rows() + " rows, " + run.memory + " fit");
        mine.ends();
        slice.giveUpAsTooBig(run.memory);
        return;
      }
      changes = new ArrayList<>(read.changes());
      if (run.fingerprint.endsWith("1")) {
        Collections.reverse(changes);
      }
      mine.emits(due(slice, changes));
      slice.recordManifest(
          read.rows(), read.skipped(), changes.size(), Instant.ofEpochMilli(VirtualHost.START));
    } catch (FreshetException e) {
      trace("gives up: " + e.getMessage());
      mine.ends();
      try {
        slice.giveUp(e.category(), e.getMessage());
      } catch (FreshetException again) {
        trace("and cannot say so");
      }
      return;
    }
    List<Integer> due = due(slice, changes);
    if (due.isEmpty() || chaos.isTooLarge(due.size())) {
      return;
    }
    int middle = random.nextInt(3) == 0 ? random.nextInt(due.size()) : 0;
    if (middle > 0) {
      send(run, process, slice, changes, due.subList(0, middle));
    }
    send(run, process, slice, changes, due.subList(middle, due.size()));
  }

  private static List<Integer> due(ClaimedSlice slice, List<Placed> changes) {
    List<Integer> due = new ArrayList<>();
    for (int number = 0; number < changes.size(); number++) {
      if (!slice.isSettled(number)) {
        due.add(number);
      }
    }
    return due;
  }

  private void send(
      Run run,
      VirtualProcess reader,
      ClaimedSlice slice,
      List<Placed> changes,
      List<Integer> numbers) {
    List<Integer> mine = List.copyOf(numbers);
    VirtualProcess writer = random.nextBoolean() && !clocksAreSet() ? run.someWorker() : reader;
    boolean isLast = slice.slice().to().version() >= table.head();
    chaos.handedOver(run, reader, writer, leaseSeconds * 1_000, isLast);
    scheduler.start(
        "writer",
        writer,
        random.nextInt(6) == 0 ? random.nextInt(2_000) : 0,
        () -> survivingErrors(() -> write(writer, slice, changes, mine)));
    if (isEnabled(Fault.BUNDLE_AGAIN) && !clocksAreSet() && random.nextInt(3) == 0) {
      VirtualProcess other = run.someWorker();
      scheduler.start(
          "writer-again",
          other,
          2_000 + random.nextInt(20_000),
          () -> survivingErrors(() -> again(writer, other, slice, changes, mine)));
    }
  }

  /**
   * Whether wall clocks are set. A process that learns of a lease from another one, or of a claim
   * that is older than itself, has nothing but its wall clock to tell how much of it is left, so
   * that these must not differ by more than the settle time: see docs/simulation.md.
   */
  private boolean clocksAreSet() {
    return enabled.contains(Fault.CLOCK_BACK)
        || enabled.contains(Fault.CLOCK_FORTH)
        || enabled.contains(Fault.CLOCK_STOPS);
  }

  /** A second run of a bundle whose first run is surely over. */
  private void again(
      VirtualProcess first,
      VirtualProcess process,
      ClaimedSlice slice,
      List<Placed> changes,
      List<Integer> numbers) {
    if (first == process || !first.isGone()) {
      return;
    }
    if (enabled.contains(Fault.BUNDLE_AGAIN)) {
      injected(Fault.BUNDLE_AGAIN, "");
    }
    List<Integer> left;
    try {
      left = process.ledger().outcomes().unreported(slice.lease(), numbers);
    } catch (FreshetException e) {
      return;
    }
    if (!left.isEmpty()) {
      write(process, slice, changes, left);
    }
  }

  private void write(
      VirtualProcess process, ClaimedSlice slice, List<Placed> changes, List<Integer> numbers) {
    List<VectorUpdate> updates = new ArrayList<>();
    Map<String, Row> deletions = new TreeMap<>();
    for (int number : numbers) {
      Placed change = changes.get(number);
      updates.add(update(slice, number, change));
      if (change.row().delete()) {
        deletions.put(change.row().key(), change.row());
      }
    }
    trace("writes " + numbers.stream().map(n -> Laws.text(changes.get(n).row())).toList());
    VirtualCollection before = own;
    Actor me = scheduler.running();
    batches.put(me, deletions);
    List<Outcome> outcomes = process.writer().apply(new VectorBatch(updates));
    batches.remove(me);
    trace("has " + outcomes.stream().map(World::text).toList());
    laws.outcomes(outcomes, changes, before);
    runAgain();
    granted.get(slice.lease().attempt()).reports(numbers);
    try {
      process.ledger().outcomes().record(outcomes);
    } catch (FreshetException e) {
      trace("cannot record outcomes: " + e.getMessage());
    }
    loseExecutor(process, slice, changes, numbers);
    for (Run run : runs) {
      // News of the ledger within a process needs no waiting for the next poll.
      scheduler.wake(run.coordinating, "coordinator", now() + random.nextInt(100));
    }
  }

  /** The worker is killed, and another is to run its bundle again. */
  private void loseExecutor(
      VirtualProcess process, ClaimedSlice slice, List<Placed> changes, List<Integer> numbers) {
    if (!isEnabled(Fault.LOST_EXECUTOR) || !isWorker(process) || random.nextInt(3) != 0) {
      return;
    }
    injected(Fault.LOST_EXECUTOR, process.toString());
    at(now() + 1, () -> dies(process));
    lost.add(other -> again(process, other, slice, changes, numbers));
    at(now() + 3_000 + random.nextInt(20_000), this::runAgain);
  }

  /** Bundles of lost executors are run again, now that others may have gone on. */
  private void runAgain() {
    for (Run run : runs) {
      if (run.isAlive() && run.cluster && !lost.isEmpty()) {
        VirtualProcess other = run.someWorker();
        for (Consumer<VirtualProcess> bundle : List.copyOf(lost)) {
          scheduler.start(
              "writer-again",
              other,
              random.nextInt(100),
              () -> survivingErrors(() -> bundle.accept(other)));
        }
        lost.clear();
      }
    }
  }

  private static String text(Outcome outcome) {
    String what = outcome.getClass().getSimpleName() + outcome.numbers();
    return outcome instanceof Outcome.Abandoned abandoned
        ? what + " " + abandoned.category() + " (" + abandoned.detail() + ")"
        : what;
  }

  private static VectorUpdate update(ClaimedSlice claimed, int number, Placed placed) {
    Lease lease = claimed.lease();
    Slice slice = claimed.slice();
    long version = placed.position().version();
    boolean cut =
        !slice.snapshot()
            && ((slice.from().version() == version && !slice.from().isStartOfVersion())
                || (slice.to().version() == version && !slice.to().isStartOfVersion()));
    return update(change(lease, number, placed, cut, claimed.isSuspected(number)), placed.row());
  }

  private static Change change(
      Lease lease, int number, Placed placed, boolean cut, boolean suspected) {
    return new Change(
        lease,
        number,
        placed.position(),
        placed.type(),
        Instant.ofEpochMilli(VirtualHost.START),
        Optional.empty(),
        Optional.of(placed.row().key()),
        NO_COLUMNS,
        cut,
        List.of(),
        suspected);
  }

  private static VectorUpdate update(Change change, Row row) {
    return row.delete()
        ? new VectorUpdate(change, 0, new float[0])
        : new VectorUpdate(
            change, row.hash(), new float[] {row.flaw() == Flaw.BAD_VECTOR ? Float.NaN : 1, 0});
  }

  // VirtualDisk.Between

  @Override
  public void operations(String operation, String file, boolean writing) throws IOException {
    if (scheduler.running() == null) {
      return;
    }
    boolean delicate =
        file.isEmpty()
            || file.endsWith("_attempt")
            || file.contains("_claim_")
            || file.contains("_done_")
            || file.startsWith("generation");
    if (tracing && !operation.endsWith(" on")) {
      trace(operation + " " + shortened(file));
    }
    if (delicate) {
      scheduler.pauseLong();
    } else {
      scheduler.pause();
    }
    chaos.stall(delicate);
    chaos.interrupt(operation, file, running());
    chaos.storage(running(), writing);
  }

  @Override
  public void bytes(String file) throws IOException {
    if (scheduler.running() != null) {
      chaos.bytes(running());
    }
  }

  @Override
  public boolean listed() {
    if (isEnabled(Fault.SLOW_LISTING)) {
      return false;
    }
    if (!isEnabled(Fault.LATE_LISTING)) {
      return true;
    }
    injected(Fault.LATE_LISTING, "");
    return random.nextBoolean();
  }

  @Override
  public void written(String file, byte[] bytes) {
    laws.written(file, bytes, disk.size(), own, losses);
    if (isEnabled(Fault.TWO_COORDINATORS) && laws.isContradiction(file)) {
      chaos.secondRecord(running());
    }
    if (file.startsWith("generation_")) {
      owners.put(file.substring("generation_".length()), new Owner(running(), now()));
    } else if (file.startsWith("heartbeat_")) {
      Owner owner = owners.get(file.split("_", -1)[1]);
      if (owner != null) {
        owner.longestGap = Math.max(owner.longestGap, now() - owner.lastBeat);
        owner.lastBeat = now();
      }
    }
  }

  @Override
  public void deleted(String file) {
    laws.deleted(file);
  }

  /** A name without what makes it unique, for people. */
  private String shortened(String name) {
    if (!tracing) {
      return name;
    }
    if (name.isEmpty()) {
      return "the folder";
    }
    return name.replaceAll("0{3,}", "0").replaceAll("([0-9a-f]{4})[0-9a-f]{6}(?![0-9a-f])", "$1");
  }

  // VirtualMilvus.Between

  @Override
  public VirtualMilvus.Fate send(VirtualMilvus.Kind kind, String what, Deadline deadline) {
    scheduler.pause();
    chaos.stall(false);
    return chaos.fate(kind, what, LONGEST_FLIGHT);
  }

  @Override
  public void sleep(long millis) {
    scheduler.sleep(millis);
  }

  @Override
  public Optional<Row> row(String key, long hash) {
    return key.startsWith("k") ? table.row(key, hash) : Optional.empty();
  }

  @Override
  public Optional<Row> deletion(String key) {
    Map<String, Row> batch = batches.get(scheduler.running());
    return batch == null ? Optional.empty() : Optional.ofNullable(batch.get(key));
  }

  @Override
  public Optional<Integer> refusal(Row row) {
    return chaos.refusal(row);
  }

  @Override
  public void applied(VirtualCollection collection, Row row, Optional<Row> newer) {
    if (collection == own) {
      laws.applied(row, newer);
    }
  }

  @Override
  public void strange(String what) {
    violated("Milvus " + what);
  }
}
