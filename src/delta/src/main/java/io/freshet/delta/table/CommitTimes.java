package io.freshet.delta.table;

import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;

/**
 * When commits were made, by the modification times of their files: made to grow from commit to
 * commit, as Spark does. Of a commit whose file is not newer than the one before, the time is a
 * millisecond after that one's.
 */
final class CommitTimes {
  /** How many commits before the first that is asked for are looked at, as in Spark. */
  private static final int LOOK_BACK = 100;

  private static final int KEPT = 2_000;

  private final LogFolder folder;
  private final TreeMap<Long, Long> millis = new TreeMap<>();

  CommitTimes(LogFolder folder) {
    this.folder = folder;
  }

  /**
   * The time of a commit that is there. Costs a request for each of the commits before it that no
   * listing has shown, 100 at most; none for commits that follow one that was asked for.
   */
  Instant of(long version, Instant modified) {
    if (!millis.containsKey(version)) {
      if (!millis.containsKey(version - 1)) {
        lookBack(version);
      }
      put(version, modified.toEpochMilli());
    }
    return Instant.ofEpochMilli(millis.get(version));
  }

  private void lookBack(long version) {
    Long known = millis.floorKey(version);
    long first = Math.max(0, version - LOOK_BACK);
    if (known == null || known < first) {
      millis.clear();
    } else {
      first = known + 1;
      millis.tailMap(first).clear();
    }
    for (long before = first; before < version; before++) {
      Optional<Instant> modified = commitTime(before);
      if (modified.isPresent()) {
        put(before, modified.get().toEpochMilli());
      }
    }
  }

  /** Not by another listing: that takes the longer the older the table is. */
  private Optional<Instant> commitTime(long version) {
    Optional<Instant> listed = LogHead.listedTime(folder, version);
    return listed.isPresent() ? listed : folder.commitTime(version);
  }

  private void put(long version, long modified) {
    Long before = millis.get(version - 1);
    millis.put(version, before == null ? modified : Math.max(modified, before + 1));
    while (millis.size() > KEPT) {
      millis.pollFirstEntry();
    }
  }
}
