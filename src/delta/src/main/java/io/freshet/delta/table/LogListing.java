package io.freshet.delta.table;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * What a listing of the log says. It keeps bounds and the checkpoints, not a list of all commits.
 *
 * @param oldestCommit the oldest commit that is there
 * @param latestCommit the latest commit
 * @param oldestRebuildable the oldest version that the table can be rebuilt at: 0 if commit 0 is
 *     there, else the first complete checkpoint that is not older than the oldest commit
 * @param latestCheckpoint the latest complete checkpoint
 */
record LogListing(
    OptionalLong oldestCommit,
    OptionalLong latestCommit,
    OptionalLong oldestRebuildable,
    OptionalLong latestCheckpoint) {

  /** Collects the files of a listing, in any order. */
  static final class Builder {
    private final TreeSet<Long> checkpoints = new TreeSet<>();
    private final Map<LogFile.CheckpointFile, Integer> partsSeen = new HashMap<>();
    private long oldest = Long.MAX_VALUE;
    private long latest = -1;

    void add(LogFile file) {
      if (file instanceof LogFile.CommitFile commit) {
        oldest = Math.min(oldest, commit.version());
        latest = Math.max(latest, commit.version());
      } else if (file instanceof LogFile.CheckpointFile checkpoint
          && partsSeen.merge(checkpoint, 1, Integer::sum) == checkpoint.parts()) {
        checkpoints.add(checkpoint.version());
        partsSeen.remove(checkpoint);
      }
    }

    LogListing build() {
      OptionalLong latestCheckpoint =
          checkpoints.isEmpty() ? OptionalLong.empty() : OptionalLong.of(checkpoints.last());
      if (latest < 0) {
        return new LogListing(
            OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), latestCheckpoint);
      }
      return new LogListing(
          OptionalLong.of(oldest), OptionalLong.of(latest), rebuildable(), latestCheckpoint);
    }

    private OptionalLong rebuildable() {
      Long checkpoint = checkpoints.ceiling(oldest);
      if (oldest == 0) {
        return OptionalLong.of(0);
      }
      return checkpoint == null ? OptionalLong.empty() : OptionalLong.of(checkpoint);
    }
  }
}
