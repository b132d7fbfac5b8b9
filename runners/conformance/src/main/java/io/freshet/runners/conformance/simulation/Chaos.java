package io.freshet.runners.conformance.simulation;

import io.freshet.runners.conformance.simulation.VirtualMilvus.Fate;
import io.freshet.runners.conformance.simulation.VirtualMilvus.Kind;
import io.freshet.runners.conformance.simulation.VirtualTable.Row;
import io.freshet.runners.conformance.simulation.World.Run;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.security.AccessControlException;

/** What fails, and when. */
final class Chaos {
  private static final Constructor<FSError> FS_ERROR = fsError();
  private static final List<Kind> KINDS = List.of(Kind.UPSERT, Kind.DELETE, Kind.QUERY);
  private static final int[] UNCLEAR = {1, 65535};
  private static final int[] DATA = {1100, 6};

  /** What any schedule may draw. */
  private static final Set<Fault> ANYWHERE = EnumSet.range(Fault.STALL, Fault.HISTORY_LOST);

  private final World world;
  private final Random random;
  private final Set<Fault> enabled = EnumSet.noneOf(Fault.class);
  private final List<Trigger> triggers = new ArrayList<>();
  private final Map<Fault, Window> windows = new EnumMap<>(Fault.class);
  private int next;
  private long troubleUntil;
  private boolean storageOfAll;
  private VirtualProcess storageOf;
  private Kind failing = Kind.DELETE;
  private int failingCode;
  private int left;
  private Focus focus = Focus.of(0);
  private long nextFlicker;
  private long goodFrom;
  private boolean readsPass;
  private int goodRequests;
  private int goodLeft = Integer.MAX_VALUE;
  private long badAgainFrom;
  private boolean rowIsSought;
  private Optional<String> refusedKey = Optional.empty();
  private final Set<VirtualProcess> slept = new HashSet<>();

  /** Something that happens at a step. */
  private record Trigger(long step, Runnable what) {}

  private record Window(long from, long until) {
    boolean holds(long now) {
      return now >= from && now < until;
    }
  }

  Chaos(World world, Random random) {
    this.world = world;
    this.random = random;
  }

  /** Draws a few kinds, or has those of a focus, and more of each. */
  Set<Fault> draw(long seed) {
    focus = Focus.of(seed);
    if (focus.isAny()) {
      enabled.addAll(focus.faults());
      return enabled;
    }
    Fault[] all = ANYWHERE.toArray(Fault[]::new);
    int count = random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      enabled.add(all[random.nextInt(all.length)]);
    }
    if (random.nextInt(3) == 0) {
      enabled.add(Fault.STALL);
    }
    if (random.nextInt(3) == 0) {
      enabled.add(Fault.CLOCKS_DIFFER);
    }
    if (isOf(Fault.CLOCK_BACK) || isOf(Fault.CLOCK_FORTH) || isOf(Fault.CLOCK_STOPS)) {
      enabled.removeAll(NOT_WHILE_CLOCKS_ARE_SET);
    }
    return enabled;
  }

  Focus focus() {
    return focus;
  }

  private boolean isOf(Fault fault) {
    return enabled.contains(fault);
  }

  /** What needs clocks that agree: see {@link World#clocksAreSet}. */
  private static final Set<Fault> NOT_WHILE_CLOCKS_ARE_SET =
      EnumSet.of(
          Fault.CLOCKS_DIFFER,
          Fault.KILL_WORKER,
          Fault.KILL_DRIVER,
          Fault.RIVAL_DRIVER,
          Fault.OTHER_OPTIONS,
          Fault.BUNDLE_AGAIN);

  /** Plans when what happens. */
  void plan() {
    for (Fault fault : enabled) {
      int times = 1 + random.nextInt(focus.isAny() ? 3 : 2);
      for (int i = 0; i < times; i++) {
        add(() -> inject(fault));
      }
    }
    int commits = focus.isAny() ? 3 + random.nextInt(3) : 1 + random.nextInt(3);
    for (int i = 0; i < commits; i++) {
      add(
          () -> {
            if (!world.isDropped() || !isOf(Fault.DIES_RESTARTING)) {
              world.commit();
            }
          });
    }
    if (focus.isNarrow()) {
      // Two at once are one slice.
      add(
          () -> {
            world.commit();
            world.commit();
          });
    }
    triggers.sort((a, b) -> Long.compare(a.step, b.step));
  }

  private void add(Runnable what) {
    triggers.add(new Trigger(10 + random.nextInt(260), what));
  }

  /** Another step, at which something may be due; at rest, what is next comes at once. */
  void steps(long step, boolean resting) {
    if (next < triggers.size() && (triggers.get(next).step <= step || resting)) {
      triggers.get(next++).what.run();
    }
  }

  /** Whether nothing will fail any more. */
  boolean isOver() {
    return next == triggers.size() && world.now() >= troubleUntil;
  }

  private long open(Fault fault, long length) {
    return openLater(fault, 0, length);
  }

  private long openLater(Fault fault, long delay, long length) {
    long from = world.now() + delay;
    windows.put(fault, new Window(from, from + length));
    trouble(from + length);
    return from + length;
  }

  private void trouble(long until) {
    troubleUntil = Math.max(troubleUntil, until);
  }

  private boolean isOpen(Fault fault) {
    Window window = windows.get(fault);
    return window != null && !world.isCalm() && window.holds(world.now());
  }

  private long someTime() {
    return random.nextBoolean() ? 10_000 + random.nextInt(30_000) : random.nextInt(8_000);
  }

  private VirtualProcess someProcess() {
    List<VirtualProcess> alive =
        world.processes().stream().filter(process -> !process.isGone()).toList();
    return alive.isEmpty() ? world.processes().get(0) : alive.get(random.nextInt(alive.size()));
  }

  private void inject(Fault fault) {
    List<Run> alive = world.runs().stream().filter(Run::isAlive).toList();
    switch (fault) {
      case STALL, LATE_LISTING, QUEUE, FORGETFUL_COORDINATOR, READ_FAILURE, BUNDLE_AGAIN -> {
        // While it is enabled, until the last trigger.
        if (fault == Fault.BUNDLE_AGAIN && !alive.isEmpty()) {
          world.killWorker(alive.get(0));
        }
        open(fault, 1 + random.nextInt(15_000));
      }
      case TWO_COORDINATORS,
          FROZEN_WRITER,
          CLAIMER_DIES,
          READER_FAILS,
          BUNDLE_TOO_LARGE,
          SLOW_LISTING,
          LOST_EXECUTOR,
          READ_ERROR,
          DIES_RESTARTING,
          MENDER_SLEEPS,
          DRIVERS_CLOCK_FORTH,
          SLEEPS_SENDING,
          DIES_CLAIMING,
          MILVUS_FLICKERS,
          SLICE_TOO_BIG -> {
        // While it is enabled, until the last trigger; or with what it follows.
      }
      case DIES_SENDING -> {
        if (!isOf(Fault.MENDER_SLEEPS)) {
          open(fault, 15_000);
        }
      }
      case MILVUS_ONE_ROW -> {
        // Once: who sees the same of a row in two attempts is right to blame it.
        rowIsSought = refusedKey.isEmpty();
        failingCode = (random.nextBoolean() ? UNCLEAR : DATA)[random.nextInt(2)];
      }
      case CLOCKS_DIFFER, OTHER_OPTIONS, HIDDEN_PROCESSES -> {
        if (fault == Fault.OTHER_OPTIONS && !alive.isEmpty() && !focus.isNarrow()) {
          world.injected(fault, "");
          world.end(alive.get(0));
        } else if (fault == Fault.HIDDEN_PROCESSES) {
          world.injected(fault, "");
          world.hosts().forEach(VirtualHost::hide);
        }
      }
      case FREEZE -> {
        VirtualProcess process = someProcess();
        long until = world.now() + someTime();
        world.injected(fault, process + " for " + (until - world.now()) + " ms");
        process.freezeUntil(until);
        trouble(until);
      }
      case KILL_WORKER -> {
        if (!alive.isEmpty()) {
          world.injected(fault, "");
          world.killWorker(alive.get(random.nextInt(alive.size())));
        }
      }
      case KILL_DRIVER -> {
        if (!alive.isEmpty()) {
          world.injected(fault, "");
          world.end(alive.get(random.nextInt(alive.size())));
        }
      }
      case RIVAL_DRIVER -> {
        world.injected(fault, "");
        world.startDriver(random.nextInt(1_000));
      }
      case STORAGE_EXCEPTION, STORAGE_ERROR, DISK_FULL -> {
        storageOfAll = random.nextBoolean();
        storageOf = someProcess();
        long length = random.nextBoolean() ? 1 + random.nextInt(200) : random.nextInt(20_000);
        open(fault, length);
        world.injected(
            fault, (storageOfAll ? "everywhere" : "for " + storageOf) + ", " + length + " ms");
      }
      case CLOCK_BACK, CLOCK_FORTH -> {
        if (focus.isNarrow()) {
          return; // While a writer sleeps.
        }
        VirtualHost host = world.hosts().get(0);
        long by = random.nextBoolean() ? random.nextInt(60_000) : 2 * 3_600_000L;
        world.injected(fault, host + " by " + by + " ms");
        host.step(fault == Fault.CLOCK_BACK ? -by : by);
      }
      case CLOCK_STOPS -> {
        VirtualHost host = world.hosts().get(0);
        long until = world.now() + someTime();
        world.injected(fault, host + " for " + (until - world.now()) + " ms");
        host.stop(world.now(), until);
        trouble(until);
      }
      case MILVUS_AWAY, MILVUS_SLOW, MILVUS_TWICE, MILVUS_BREAKS, MILVUS_SILENT ->
          open(fault, 1 + random.nextInt(12_000));
      case MILVUS_SAYS_LOST, MILVUS_SHORT -> {
        left = 1 + random.nextInt(2);
        open(fault, 10_000);
      }
      case MILVUS_SAYS_DATA -> {
        failingCode = DATA[random.nextInt(DATA.length)];
        left = 1 + random.nextInt(4);
        open(fault, random.nextBoolean() ? 300 : 5_000);
      }
      case MILVUS_UNCLEAR -> {
        failingCode = UNCLEAR[random.nextInt(UNCLEAR.length)];
        open(fault, random.nextBoolean() ? 50 + random.nextInt(400) : random.nextInt(9_000));
      }
      case MILVUS_ONE_KIND -> {
        failing = KINDS.get(random.nextInt(KINDS.size()));
        failingCode =
            random.nextInt(3) == 0
                ? DATA[random.nextInt(DATA.length)]
                : UNCLEAR[random.nextInt(UNCLEAR.length)];
        open(fault, 500 + random.nextInt(9_000));
      }
      case COLLECTION_SWAPPED -> {
        long until = world.now() + 1 + random.nextInt(10_000);
        trouble(until);
        world.swap(until);
      }
      case COLLECTION_DROPPED -> {
        if (!isOf(Fault.DIES_RESTARTING)) {
          world.drop();
        }
      }
      case HISTORY_LOST -> {
        world.loseHistory();
        if (!alive.isEmpty()) {
          world.end(alive.get(0));
        }
      }
    }
  }

  /** The running actor may sleep here. */
  void stall(boolean delicate) {
    if (world.isEnabled(Fault.STALL)
        && random.nextInt(1_000) < (delicate ? (focus.isAny() ? 100 : 40) : 4)) {
      long millis = someTime();
      world.injected(Fault.STALL, millis + " ms");
      trouble(world.now() + millis);
      world.scheduler().sleep(millis);
    }
  }

  /** A process may sleep in the midst of something, or be killed there. */
  void interrupt(String operation, String file, VirtualProcess process) throws IOException {
    boolean isWorker = world.isWorker(process);
    if (world.isEnabled(Fault.TWO_COORDINATORS)
        && operation.equals("create")
        && (file.endsWith("_attempt") || file.contains("_done_"))
        && random.nextInt(3) == 0) {
      sleep(Fault.TWO_COORDINATORS, 200 + random.nextInt(file.contains("_done_") ? 9_000 : 4_000));
    }
    if (world.isEnabled(Fault.SLOW_LISTING)
        && isWorker
        && operation.equals("list on")
        && !slept.contains(process)
        && random.nextInt(3) == 0) {
      slept.add(process);
      sleep(Fault.SLOW_LISTING, 8_000 + random.nextInt(20_000));
    }
    if (world.isEnabled(Fault.DIES_CLAIMING) && isWorker && file.contains("_claim_")) {
      if (operation.equals("create") && random.nextInt(3) == 0) {
        slept.add(process);
        sleep(Fault.DIES_CLAIMING, 8_000 + random.nextInt(30_000));
      } else if (operation.equals("write on") && slept.contains(process) && random.nextBoolean()) {
        world.injected(Fault.DIES_CLAIMING, "");
        die(process);
      }
    }
    if (world.isEnabled(Fault.DIES_RESTARTING)
        && operation.equals("delete")
        && world.isRestarting(process)
        && random.nextBoolean()) {
      world.injected(Fault.DIES_RESTARTING, "");
      world.diesRestarting(process);
      world.scheduler().pause();
    }
    if (world.isEnabled(Fault.READ_ERROR)
        && operation.equals("read")
        && (file.contains("_claim_") || file.contains("_done_"))
        && random.nextInt(3) == 0) {
      world.injected(Fault.READ_ERROR, "");
      throw new IOException("Input/output error");
    }
  }

  private void die(VirtualProcess process) {
    world.dies(process);
    world.scheduler().pause(); // From which it does not come back.
  }

  private void sleep(Fault fault, long millis) {
    world.injected(fault, millis + " ms");
    trouble(world.now() + millis);
    world.scheduler().sleep(millis);
  }

  /** The ledger was listed, and the table will be. */
  void plans() {
    if (world.isEnabled(Fault.TWO_COORDINATORS) && random.nextInt(3) == 0) {
      sleep(Fault.TWO_COORDINATORS, 200 + random.nextInt(4_000));
      if (random.nextBoolean()) {
        world.commit(); // The other one's slice ends before it.
      }
    }
  }

  /** An owner is about to mend a row. */
  void mends(VirtualProcess process) {
    if (!world.isEnabled(Fault.MENDER_SLEEPS)) {
      return;
    }
    switch (random.nextInt(6)) {
      case 0 -> {
        open(Fault.DIES_SENDING, 2_000);
        world.commit();
      }
      case 1 -> {
        long until = world.now() + 7_000 + random.nextInt(15_000);
        world.injected(Fault.MENDER_SLEEPS, until - world.now() + " ms");
        process.freezeUntil(until);
        trouble(until);
        world.startDriver(random.nextInt(500));
        world.commit();
        world.scheduler().pause();
      }
      default -> {
        // It goes on.
      }
    }
  }

  /** Two coordinators have found different ends of a slice. */
  void secondRecord(VirtualProcess process) {
    if (random.nextBoolean()) {
      world.injected(Fault.TWO_COORDINATORS, "a slice has two records");
      world.at(world.now() + 1 + random.nextInt(20), () -> world.dies(process));
    }
  }

  /** A clock is read while something is sent. */
  void send() {
    if (world.isEnabled(Fault.SLEEPS_SENDING) && random.nextInt(12) == 0) {
      sleep(Fault.SLEEPS_SENDING, 9_000 + random.nextInt(12_000));
    } else {
      stall(false);
    }
  }

  /**
   * Another process is about to write what {@code reader} has claimed.
   *
   * @param isLast whether the slice ends where the table does
   */
  void handedOver(
      Run run, VirtualProcess reader, VirtualProcess writer, long lease, boolean isLast) {
    if (world.isEnabled(Fault.DIES_RESTARTING) && isLast && random.nextBoolean()) {
      trouble(world.now() + 60_000);
      world.drop();
    }
    if (!world.isEnabled(Fault.FROZEN_WRITER) || random.nextInt(3) != 0) {
      return;
    }
    long millis =
        lease <= 10_000 ? lease + 7_000 + random.nextInt(8_000) : 8_000 + random.nextInt(17_000);
    long soon = world.now() + 20;
    world.injected(Fault.FROZEN_WRITER, writer + " for " + millis + " ms");
    writer.freezeUntil(world.now() + millis);
    trouble(world.now() + millis);
    if (world.isEnabled(Fault.CLAIMER_DIES) && reader != writer) {
      world.injected(Fault.CLAIMER_DIES, "");
      world.at(soon, () -> world.dies(reader));
    }
    if (world.isEnabled(Fault.KILL_DRIVER)) {
      world.at(soon, () -> world.end(run));
    }
    if (world.isEnabled(Fault.DRIVERS_CLOCK_FORTH)) {
      world.injected(Fault.DRIVERS_CLOCK_FORTH, "");
      world.at(soon, () -> run.driver().host().step(random.nextInt(2 * 3_600_000)));
    }
    if (world.isEnabled(Fault.CLOCK_BACK)) {
      long by = millis + random.nextInt(40_000);
      world.injected(Fault.CLOCK_BACK, by + " ms");
      world.at(world.now() + random.nextLong(millis), () -> writer.host().step(-by));
    }
  }

  /** Whether a slice that has been claimed is never read to its end. */
  boolean isReadInVain() {
    boolean is = isOpen(Fault.READER_FAILS);
    if (is) {
      world.injected(Fault.READER_FAILS, "");
    }
    return is;
  }

  /** Whether a bundle of so many changes comes to no end. Never over: the ledger has to cope. */
  boolean isTooLarge(int changes) {
    boolean is = isOf(Fault.BUNDLE_TOO_LARGE) && changes > 1;
    if (is) {
      world.injected(Fault.BUNDLE_TOO_LARGE, changes + " changes");
    }
    return is;
  }

  /** The code that a row is refused with which is good. */
  Optional<Integer> refusal(Row row) {
    if (rowIsSought && row.isGood()) {
      rowIsSought = false;
      refusedKey = Optional.of(row.key());
      open(Fault.MILVUS_ONE_ROW, 300 + random.nextInt(2_200));
    }
    if (isOpen(Fault.MILVUS_ONE_ROW) && refusedKey.equals(Optional.of(row.key()))) {
      world.injected(Fault.MILVUS_ONE_ROW, row.key());
      return Optional.of(failingCode);
    }
    return Optional.empty();
  }

  /** Whether Milvus refuses everything at this moment. */
  private boolean flickers(Kind kind, long now) {
    if (world.isEnabled(Fault.MILVUS_FLICKERS)
        && now >= nextFlicker
        && (kind == Kind.UPSERT || kind == Kind.DELETE)) {
      nextFlicker = now + 7_000;
      if (random.nextInt(3) > 0) {
        // Bad for a moment; and perhaps again, after a few requests, for longer than any check.
        goodFrom = now + 50 + random.nextInt(450);
        if (goodRequests == 0) {
          // In the same way each time: what is seen twice is what a row is blamed for.
          goodRequests = random.nextBoolean() ? 1 + random.nextInt(5) : Integer.MAX_VALUE;
          readsPass = random.nextBoolean();
        }
        goodLeft = goodRequests;
        failingCode = UNCLEAR[random.nextInt(UNCLEAR.length)];
        trouble(now + 3_000);
      }
    }
    if (readsPass && kind != Kind.UPSERT && kind != Kind.DELETE) {
      return false;
    }
    if (now < goodFrom) {
      return true;
    }
    if (goodLeft > 0) {
      goodLeft--;
      badAgainFrom = now;
      return false;
    }
    return now < badAgainFrom + 2_000;
  }

  private boolean hits(VirtualProcess process) {
    return storageOfAll || storageOf == process;
  }

  /** Before each operation of the file system. */
  void storage(VirtualProcess process, boolean writing) throws IOException {
    if (isOpen(Fault.STORAGE_EXCEPTION) && hits(process)) {
      throw random.nextInt(3) == 0
          ? new AccessControlException("Permission denied")
          : new IOException("The file system is away");
    }
    if (isOpen(Fault.STORAGE_ERROR) && hits(process)) {
      throw error("Input/output error");
    }
  }

  /** When a file that has been created is given its bytes. */
  void bytes(VirtualProcess process) throws IOException {
    if (isOpen(Fault.DISK_FULL) && hits(process)) {
      throw error("No space left on device");
    }
  }

  private static FSError error(String what) {
    try {
      return FS_ERROR.newInstance(new IOException(what));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Constructor<FSError> fsError() {
    try {
      Constructor<FSError> constructor = FSError.class.getDeclaredConstructor(Throwable.class);
      constructor.setAccessible(true);
      return constructor;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What becomes of a request that is sent now. */
  Fate fate(Kind kind, String what, long longestFlight) {
    long now = world.now();
    long quick = 1L + random.nextInt(20);
    if (isOpen(Fault.MILVUS_AWAY)) {
      world.injected(Fault.MILVUS_AWAY, what);
      return new Fate(-1, -1, now + random.nextInt(5), 0, true, 0);
    }
    if (isOpen(Fault.MILVUS_SILENT) && random.nextInt(3) == 0) {
      world.injected(Fault.MILVUS_SILENT, what);
      long arrives = random.nextBoolean() ? -1 : now + random.nextLong(longestFlight);
      return new Fate(arrives, -1, Long.MAX_VALUE, 0, false, 0);
    }
    if (isOpen(Fault.MILVUS_BREAKS) && random.nextInt(3) == 0) {
      world.injected(Fault.MILVUS_BREAKS, what);
      return new Fate(
          now + random.nextLong(longestFlight), -1, now + random.nextInt(500), 0, true, 0);
    }
    if (isOpen(Fault.MILVUS_SAYS_LOST) && left > 0 && random.nextInt(3) == 0) {
      left--;
      return wrong(Fault.MILVUS_SAYS_LOST, what, 100, now, quick);
    }
    if (isOpen(Fault.MILVUS_SAYS_DATA) && left > 0 && random.nextInt(2) == 0) {
      left--;
      return wrong(Fault.MILVUS_SAYS_DATA, what, failingCode, now, quick);
    }
    if (isOpen(Fault.MILVUS_UNCLEAR) && random.nextInt(4) != 0) {
      return wrong(Fault.MILVUS_UNCLEAR, what, failingCode, now, quick);
    }
    if (isOpen(Fault.MILVUS_ONE_KIND) && kind == failing) {
      return wrong(Fault.MILVUS_ONE_KIND, what, failingCode, now, quick);
    }
    if (flickers(kind, now)) {
      return wrong(Fault.MILVUS_FLICKERS, what, failingCode, now, quick);
    }
    if (isOpen(Fault.DIES_SENDING) && (kind == Kind.UPSERT || kind == Kind.DELETE)) {
      windows.remove(Fault.DIES_SENDING);
      VirtualProcess process = world.scheduler().running().process();
      world.injected(Fault.DIES_SENDING, what);
      world.at(now + 1, () -> world.dies(process));
      if (isOf(Fault.READER_FAILS)) {
        open(Fault.READER_FAILS, 25_000 + random.nextInt(20_000));
      }
      long late = random.nextInt((int) longestFlight);
      return new Fate(now + late, -1, Long.MAX_VALUE, 0, false, 0);
    }
    int lost = 0;
    if (kind == Kind.UPSERT && isOpen(Fault.MILVUS_SHORT) && left > 0) {
      left--;
      lost = 1;
      world.injected(Fault.MILVUS_SHORT, what);
    }
    long arrives = now + quick;
    if (isOpen(Fault.MILVUS_SLOW)) {
      world.injected(Fault.MILVUS_SLOW, what);
      arrives = now + random.nextLong(longestFlight);
    }
    long answers = arrives + 1 + random.nextInt(20);
    long again = -1;
    if (isOpen(Fault.MILVUS_TWICE) && random.nextBoolean()) {
      world.injected(Fault.MILVUS_TWICE, what);
      again = arrives + random.nextLong(answers - arrives);
    }
    return new Fate(arrives, again, answers, 0, false, lost);
  }

  private Fate wrong(Fault fault, String what, int code, long now, long quick) {
    world.injected(fault, code + " to the " + what);
    long arrives = random.nextBoolean() ? -1 : now + quick;
    return new Fate(arrives, -1, now + quick + 1, code, false, 0);
  }
}
