package io.freshet.delta.table;

import java.util.OptionalLong;

/**
 * What a listing of the log says.
 *
 * @param commits modification times, in ms, of the commits
 * @param checkpoints the complete checkpoints
 */
record LogListing(CommitFileTimes commits, LogCheckpoints checkpoints) {
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
    return checkpoints.after(commits.oldest());
  }

  /** Collects the files of a listing, in any order. */
  static final class Builder {
    private final CommitFileTimes.Builder commits = new CommitFileTimes.Builder();
    private final LogCheckpoints.Builder checkpoints = new LogCheckpoints.Builder();

    void add(String name, long modified) {
      LogFile file = LogFile.parse(name).orElse(null);
      if (file instanceof LogFile.CommitFile commit) {
        commits.add(commit.version(), modified);
      } else if (file instanceof LogFile.CheckpointFile checkpoint) {
        checkpoints.add(name, checkpoint);
      }
    }

    LogListing build() {
      return new LogListing(commits.build(), checkpoints.build());
    }
  }
}
