package io.freshet.delta.table;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Modification times, in ms, of the files of a log's commits: 16 bytes for each. */
final class CommitFileTimes {
  private final long[] versions;
  private final long[] millis;

  private CommitFileTimes(long[] versions, long[] millis) {
    this.versions = versions;
    this.millis = millis;
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

  /** Collects the commits of a listing, in any order, without an object for each. */
  static final class Builder {
    private long[] versions = new long[64];
    private long[] millis = new long[64];
    private int size;
    private boolean sorted = true;

    void add(long version, long modified) {
      if (size == versions.length) {
        versions = Arrays.copyOf(versions, 2 * size);
        millis = Arrays.copyOf(millis, 2 * size);
      }
      sorted &= size == 0 || versions[size - 1] < version;
      versions[size] = version;
      millis[size] = modified;
      size++;
    }

    CommitFileTimes build() {
      versions = Arrays.copyOf(versions, size);
      millis = Arrays.copyOf(millis, size);
      if (!sorted) {
        sort();
      }
      return new CommitFileTimes(versions, millis);
    }

    /** A log has hardly any gaps, so that each commit has its place at once. */
    private void sort() {
      long oldest = Arrays.stream(versions).min().orElseThrow();
      long span = Arrays.stream(versions).max().orElseThrow() - oldest + 1;
      if (span == size) {
        long[] placed = new long[size];
        for (int i = 0; i < size; i++) {
          placed[(int) (versions[i] - oldest)] = millis[i];
        }
        millis = placed;
        Arrays.setAll(versions, i -> oldest + i);
        return;
      }
      SortedMap<Long, Long> byVersion = new TreeMap<>();
      for (int i = 0; i < size; i++) {
        byVersion.put(versions[i], millis[i]);
      }
      versions = byVersion.keySet().stream().mapToLong(Long::longValue).toArray();
      millis = byVersion.values().stream().mapToLong(Long::longValue).toArray();
    }
  }
}
