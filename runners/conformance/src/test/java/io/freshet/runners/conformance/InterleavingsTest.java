package io.freshet.runners.conformance;

import io.freshet.changes.LeaseClockOperations;
import io.freshet.delta.RecentlyUsedOperations;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.junit.jupiter.api.Test;

/**
 * What the threads of one JVM share, while they come in between each other: Lincheck runs a few
 * calls on each of two threads, switches between these at any access to memory that both reach, and
 * compares what the calls return with what they may return one after the other.
 *
 * <p>All stands in one test, whose start takes longer than all else, and is at home in none of the
 * libraries: Lincheck changes the classes of the JVM that it runs in.
 */
class InterleavingsTest {
  @Test
  void noThreadIsToldThatMoreOfALeaseIsLeftThanAnotherWasBefore() {
    check(LeaseClockOperations.class, LeaseClockOperations.OneByOne.class);
  }

  @Test
  void whatThreadsUseTogetherIsMadeOnceForAllOfThem() {
    check(RecentlyUsedOperations.class, RecentlyUsedOperations.OneByOne.class);
  }

  private static void check(Class<?> operations, Class<?> oneByOne) {
    new ModelCheckingOptions()
        .sequentialSpecification(oneByOne)
        .threads(2)
        .actorsPerThread(2)
        .actorsBefore(0)
        .actorsAfter(1)
        .iterations(3)
        .invocationsPerIteration(50)
        .check(operations);
  }
}
