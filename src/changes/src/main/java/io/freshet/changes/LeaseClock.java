package io.freshet.changes;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * What a process knows of the leases that it has seen: the time that it has left under one never
 * grows, whatever becomes of its wall clock. It is the least of what the wall clock says now, of
 * what it said whenever it was asked before, less the time that has passed since, and of the
 * lease's whole length since it was first seen.
 *
 * <p>One for each {@link Time}, so one in a JVM.
 */
final class LeaseClock {
  /** Leases last seen longest ago are forgotten: in hours, where a few slices a second are done. */
  static final int MOST = 4096;

  /** Whoever has more to wait need not know; in nanoseconds a long holds it. */
  private static final Duration LONGEST = Duration.ofDays(10_000);

  private static final Map<Time, LeaseClock> CLOCKS = new WeakHashMap<>();

  private final Map<Lease, Long> ends =
      Collections.synchronizedMap(
          new LinkedHashMap<>(64, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Lease, Long> eldest) {
              return size() > MOST;
            }
          });

  private LeaseClock() {}

  static LeaseClock of(Time time) {
    synchronized (CLOCKS) {
      return CLOCKS.computeIfAbsent(time, t -> new LeaseClock());
    }
  }

  /** The time left by {@code time}'s clocks; zero when the lease is over. */
  Duration remaining(Lease lease, Time time) {
    // Read first: a stalled thread must not gain what passes between the two.
    long nanos = time.nanos();
    Duration left = lease.remaining(time.now());
    Duration most = lease.length().filter(length -> length.compareTo(left) < 0).orElse(left);
    long end = nanos + (most.compareTo(LONGEST) < 0 ? most : LONGEST).toNanos();
    long least = ends.merge(lease, end, (before, now) -> before - now < 0 ? before : now);
    return Duration.ofNanos(Math.max(0, least - nanos));
  }

  /** How many leases are remembered. */
  int size() {
    return ends.size();
  }
}
