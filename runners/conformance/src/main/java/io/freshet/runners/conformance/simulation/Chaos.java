package io.freshet.runners.conformance.simulation;

import io.freshet.runners.conformance.simulation.VirtualMilvus.Fate;
import io.freshet.runners.conformance.simulation.VirtualMilvus.Kind;
import io.freshet.runners.conformance.simulation.World.Run;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
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

  /** Seeds below draw from all kinds; this much further, from those of the next focus. */
  static final long FOCUSED = 1_000_000_000L;

  /** Kinds that are rarely drawn together, and find together what none finds alone. */
  static final List<Set<Fault>> FOCUSES =
      List.of(
          EnumSet.of(Fault.STALL, Fault.HISTORY_LOST),
          EnumSet.of(Fault.STALL, Fault.FORGETFUL_COORDINATOR, Fault.OTHER_OPTIONS, Fault.QUEUE),
          EnumSet.of(Fault.STALL, Fault.KILL_DRIVER, Fault.RIVAL_DRIVER, Fault.LATE_LISTING),
          EnumSet.of(
              Fault.FREEZE,
              Fault.KILL_WORKER,
              Fault.KILL_DRIVER,
              Fault.MILVUS_SLOW,
              Fault.MILVUS_SILENT,
              Fault.BUNDLE_AGAIN),
          EnumSet.of(
              Fault.MILVUS_ONE_KIND,
              Fault.MILVUS_UNCLEAR,
              Fault.MILVUS_SAYS_DATA,
              Fault.MILVUS_BREAKS,
              Fault.COLLECTION_SWAPPED),
          EnumSet.of(
              Fault.STORAGE_ERROR,
              Fault.STORAGE_EXCEPTION,
              Fault.DISK_FULL,
              Fault.COLLECTION_DROPPED,
              Fault.READ_FAILURE),
          EnumSet.of(
              Fault.CLOCK_BACK,
              Fault.CLOCK_FORTH,
              Fault.CLOCK_STOPS,
              Fault.STALL,
              Fault.FREEZE,
              Fault.MILVUS_SLOW));

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
  private int focus;

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

  /**
   * Draws a few kinds; the seeds from {@link #FOCUSED} on have those of a focus, and more of each.
   */
  Set<Fault> draw(long seed) {
    focus = (int) (seed / FOCUSED);
    if (focus > 0) {
      enabled.addAll(FOCUSES.get((focus - 1) % FOCUSES.size()));
      return enabled;
    }
    Fault[] all = Fault.values();
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
    if (enabled.contains(Fault.CLOCK_BACK)
        || enabled.contains(Fault.CLOCK_FORTH)
        || enabled.contains(Fault.CLOCK_STOPS)) {
      enabled.removeAll(NOT_WHILE_CLOCKS_ARE_SET);
    }
    return enabled;
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
      int times = 1 + random.nextInt(focus > 0 ? 3 : 2);
      for (int i = 0; i < times; i++) {
        add(() -> inject(fault));
      }
    }
    int commits = focus > 0 ? 3 + random.nextInt(3) : 1 + random.nextInt(3);
    for (int i = 0; i < commits; i++) {
      add(world::commit);
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
      case CLOCKS_DIFFER, OTHER_OPTIONS, HIDDEN_PROCESSES -> {
        if (fault == Fault.OTHER_OPTIONS && !alive.isEmpty()) {
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
      case COLLECTION_DROPPED -> world.drop();
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
        && random.nextInt(1_000) < (delicate ? (focus > 0 ? 100 : 40) : 4)) {
      long millis = someTime();
      world.injected(Fault.STALL, millis + " ms");
      trouble(world.now() + millis);
      world.scheduler().sleep(millis);
    }
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
