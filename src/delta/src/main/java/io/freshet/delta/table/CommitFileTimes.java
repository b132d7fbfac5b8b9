package io.freshet.delta.table;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.SortedMap;

/** Modification times, in ms, of the files of a log's commits: 16 bytes for each. */
final class CommitFileTimes {
  private final long[] versions;
  private final long[] millis;

  /** Of these commits, by version. */
  CommitFileTimes(SortedMap<Long, Long> commits) {
    this.versions = commits.keySet().stream().mapToLong(Long::longValue).toArray();
    this.millis = commits.values().stream().mapToLong(Long::longValue).toArray();
  }

  boolean isEmpty() {
    return versions.length == 0;
  }

  /** The oldest commit, if there is any. */
  long oldest() {
    return versions[0];
  }

  /** The latest commit, if there is any. */
  long latest() {
    return versions[versions.length - 1];
  }

  /** The time of one commit's file, or empty if it is not there. */
  Optional<Instant> of(long version) {
    int index = Arrays.binarySearch(versions, version);
    return index < 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis[index]));
  }
}
