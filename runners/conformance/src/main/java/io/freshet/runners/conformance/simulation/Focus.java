package io.freshet.runners.conformance.simulation;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Kinds of faults that are rarely drawn together, and find together what none finds alone.
 *
 * <p>The later ones come with a small world: one or two keys, so that all that happens is about the
 * same rows, and leases and processes as what they are about needs them.
 */
final class Focus {
  /** Seeds from here on have the first focus; each time this much further, the next one. */
  static final long APART = 1_000_000_000L;

  private static final List<Set<Fault>> ALL =
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
              Fault.MILVUS_SLOW),
          EnumSet.of(Fault.TWO_COORDINATORS),
          EnumSet.of(Fault.DIES_SENDING),
          EnumSet.of(Fault.FROZEN_WRITER, Fault.CLAIMER_DIES),
          EnumSet.of(Fault.DIES_SENDING, Fault.OTHER_OPTIONS, Fault.READER_FAILS),
          EnumSet.of(Fault.BUNDLE_TOO_LARGE),
          EnumSet.of(Fault.SLOW_LISTING, Fault.KILL_WORKER),
          EnumSet.of(Fault.LOST_EXECUTOR, Fault.MILVUS_BREAKS),
          EnumSet.of(Fault.FROZEN_WRITER, Fault.KILL_DRIVER, Fault.READ_ERROR),
          EnumSet.of(Fault.DIES_RESTARTING, Fault.COLLECTION_DROPPED),
          EnumSet.of(Fault.FROZEN_WRITER, Fault.CLOCK_BACK),
          EnumSet.of(Fault.FROZEN_WRITER, Fault.DRIVERS_CLOCK_FORTH),
          EnumSet.of(Fault.SLEEPS_SENDING),
          EnumSet.of(Fault.DIES_CLAIMING),
          EnumSet.of(Fault.MILVUS_ONE_ROW),
          EnumSet.of(Fault.MILVUS_FLICKERS),
          EnumSet.of(Fault.HISTORY_LOST, Fault.MENDER_SLEEPS, Fault.DIES_SENDING),
          EnumSet.of(Fault.SLICE_TOO_BIG, Fault.KILL_DRIVER, Fault.MILVUS_BREAKS));

  /** From this one on the world is small. */
  private static final int FIRST_NARROW = 8;

  /** One seed of so many has a focus, of those below {@link #APART}. */
  private static final int SHARE = 4;

  private final int number;

  private Focus(int number) {
    this.number = number;
  }

  /** That of a seed, if it has any. */
  static Focus of(long seed) {
    if (seed >= APART) {
      return new Focus(1 + (int) ((seed / APART - 1) % ALL.size()));
    }
    return new Focus(seed % SHARE == SHARE - 1 ? 1 + (int) (seed / SHARE % ALL.size()) : 0);
  }

  /** How many there are. */
  static int count() {
    return ALL.size();
  }

  /** Whether this is one. */
  boolean isAny() {
    return number > 0;
  }

  Set<Fault> faults() {
    return isAny() ? ALL.get(number - 1) : Set.of();
  }

  /** Whether the world is small: one or two keys, machines that are all one. */
  boolean isNarrow() {
    return number >= FIRST_NARROW;
  }

  private boolean hasAny(Fault... faults) {
    return !Collections.disjoint(faults(), List.of(faults));
  }

  /** The lease at which it shows most, in seconds. */
  long lease(long drawn) {
    if (hasAny(
        Fault.READER_FAILS, Fault.BUNDLE_TOO_LARGE, Fault.SLOW_LISTING, Fault.SLEEPS_SENDING)) {
      return 3;
    }
    if (hasAny(
        Fault.CLAIMER_DIES, Fault.LOST_EXECUTOR, Fault.READ_ERROR, Fault.DRIVERS_CLOCK_FORTH)) {
      return 30;
    }
    if (hasAny(Fault.MILVUS_FLICKERS)) {
      return 10;
    }
    return hasAny(Fault.CLOCK_BACK) ? 3 : drawn;
  }

  /** How many keys the table has in a small world. */
  int keys(Random random) {
    if (hasAny(Fault.DIES_RESTARTING)) {
      return 10;
    }
    if (hasAny(Fault.MILVUS_ONE_ROW)) {
      return 3;
    }
    return hasAny(Fault.BUNDLE_TOO_LARGE) ? 2 : 1 + random.nextInt(2);
  }

  /** Whether workers have processes of their own in a small world. */
  boolean isOnCluster(Random random) {
    return hasAny(Fault.FROZEN_WRITER, Fault.SLOW_LISTING, Fault.LOST_EXECUTOR, Fault.DIES_CLAIMING)
        || (!hasAny(Fault.DIES_SENDING) && random.nextBoolean());
  }
}
