package io.freshet.uservectors.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Tells when the graph had better be made anew. A runner keeps something of each slice for ever
 * (the DirectRunner 2.2 kB: a key and two holds for each bundle and transform); with the graph that
 * goes. So it is renewed after so many slices, at a moment at which nobody waits if there is one;
 * and whatever grows, when little of the heap is left.
 *
 * <p>Knows no clock and no JVM: both are told.
 */
final class RenewalRule {
  /** 22 MB on the DirectRunner; each renewal takes a commit some tenths of a second longer. */
  private static final long SLICES = 10_000;

  /** For tests and for the soak benchmark, which cannot wait for as many. */
  private static final String SLICES_PROPERTY = "freshet.renewAfterSlices";

  /** Of the heap, in use after a collection. */
  private static final double FULL = 0.7;

  private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  private final long slices;
  private long slicesAtBegin;
  private long heapAtBegin;
  private long begunAt;
  private Duration pause = FIRST_PAUSE;
  private boolean forHeap;

  RenewalRule(long slices) {
    this.slices = slices;
  }

  static RenewalRule ofThisJvm() {
    return new RenewalRule(Long.getLong(SLICES_PROPERTY, SLICES));
  }

  /**
   * A graph begins.
   *
   * @param slicesDone of the ledger
   * @param liveHeap bytes in use after the last collection
   * @param nanos a monotonic clock
   */
  void begin(long slicesDone, long liveHeap, long nanos) {
    slicesAtBegin = slicesDone;
    heapAtBegin = liveHeap;
    begunAt = nanos;
    // Where a new graph did not make room, the next will not either, or not for long.
    pause = forHeap ? shorter(pause.multipliedBy(2), LONGEST_PAUSE) : FIRST_PAUSE;
    forHeap = false;
  }

  /**
   * Why the graph is to be renewed now, if it is.
   *
   * @param idle whether nothing is in flight, and nothing waits
   * @param maxHeap bytes
   */
  Optional<String> reason(long slicesDone, boolean idle, long liveHeap, long maxHeap, long nanos) {
    long done = slicesDone - slicesAtBegin;
    if (done >= slices && (idle || done >= slices + slices / 10)) {
      return Optional.of(String.format(Locale.ROOT, "%,d slices are done", done));
    }
    // A figure that has not changed is that of a collection before this graph.
    if (liveHeap >= FULL * maxHeap
        && liveHeap != heapAtBegin
        && nanos - begunAt >= pause.toNanos()) {
      forHeap = true;
      return Optional.of(
          String.format(
              Locale.ROOT, "%,d MB of the heap's %,d are in use", liveHeap >> 20, maxHeap >> 20));
    }
    return Optional.empty();
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }
}
