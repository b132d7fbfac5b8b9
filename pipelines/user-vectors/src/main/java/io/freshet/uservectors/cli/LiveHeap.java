package io.freshet.uservectors.cli;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;

/** What was left in this JVM's heap by the last collection that looked at all of it. */
final class LiveHeap {
  private static final List<MemoryPoolMXBean> POOLS =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .toList();

  private LiveHeap() {}

  /** In bytes; 0 before the first collection. */
  static long bytes() {
    long bytes = 0;
    for (MemoryPoolMXBean pool : POOLS) {
      MemoryUsage left = pool.getCollectionUsage();
      bytes += left == null ? 0 : left.getUsed();
    }
    return bytes;
  }

  /** The most that the heap may grow to, in bytes. */
  static long limit() {
    return Runtime.getRuntime().maxMemory();
  }
}
