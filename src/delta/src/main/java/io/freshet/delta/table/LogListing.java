package io.freshet.delta.table;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a listing of the log says.
 *
 * @param commits modification times, in ms, of the commits
 * @param checkpoints names of the files of the complete checkpoints, by version
 */
record LogListing(CommitFileTimes commits, NavigableMap<Long, List<String>> checkpoints) {
  /** The oldest commit that is there. */
  OptionalLong oldestCommit() {
    return commits.isEmpty() ? OptionalLong.empty() : OptionalLong.of(commits.oldest());
  }

  /** The latest commit. */
  OptionalLong latestCommit() {
    return commits.isEmpty() ? OptionalLong.empty() : OptionalLong.of(commits.latest());
  }

  /**
   * The oldest version that the table can be rebuilt at: 0 if commit 0 is there, else the first
   * complete checkpoint that is not older than the oldest commit.
   */
  OptionalLong oldestRebuildable() {
    if (commits.isEmpty()) {
      return OptionalLong.empty();
    }
    if (commits.oldest() == 0) {
      return OptionalLong.of(0);
    }
    Long checkpoint = checkpoints.ceilingKey(commits.oldest());
    return checkpoint == null ? OptionalLong.empty() : OptionalLong.of(checkpoint);
  }

  /** Collects the files of a listing, in any order. */
  static final class Builder {
    private final SortedMap<Long, Long> commits = new TreeMap<>();
    private final NavigableMap<Long, List<String>> checkpoints = new TreeMap<>();
    private final Map<LogFile.CheckpointFile, List<String>> parts = new HashMap<>();

    void add(String name, long modified) {
      LogFile file = LogFile.parse(name).orElse(null);
      if (file instanceof LogFile.CommitFile commit) {
        commits.put(commit.version(), modified);
      } else if (file instanceof LogFile.CheckpointFile checkpoint) {
        List<String> seen = parts.computeIfAbsent(checkpoint, key -> new ArrayList<>());
        seen.add(name);
        if (seen.size() == checkpoint.parts()) {
          checkpoints.put(checkpoint.version(), parts.remove(checkpoint));
        }
      }
    }

    LogListing build() {
      return new LogListing(new CommitFileTimes(commits), checkpoints);
    }
  }
}
