package io.freshet.delta;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.delta.table.CommitChange;
import io.freshet.delta.table.TableInfo;
import io.freshet.delta.table.TableLog;
import io.freshet.ledger.ReadCommit;
import java.util.List;

/** Commits that are done and hold something else than was read of them. */
public final class ChangedCommits {
  private ChangedCommits() {}

  /**
   * Throws {@link FailureCategory#COMMIT_CHANGED} if one of the last commits that are done is no
   * longer what was read; asked before a pipeline goes on. One that was cleaned away is none.
   *
   * @param done the commits as they were read
   * @param tableId the id of the table that they were read of: another table's are not looked at
   * @param table the table at its latest version
   */
  public static void requireNone(
      List<ReadCommit> done, String tableId, TableInfo table, TableLog log) {
    if (!table.id().equals(tableId)) {
      return;
    }
    for (ReadCommit commit : done) {
      if (log.contentChangeOf(commit) != CommitChange.NONE) {
        throw error(table.uri(), commit);
      }
    }
  }

  static FreshetException error(String table, ReadCommit commit) {
    return new FreshetException(
        FailureCategory.COMMIT_CHANGED,
        "Version %d of %s is not what it was when its %d bytes were read: its file was written in parts, another writer has written it again, or another copy of the table is there, so that the collection may lack rows of it or have others; put the file back as it was and start again"
            .formatted(commit.version(), table, commit.bytes()));
  }
}
