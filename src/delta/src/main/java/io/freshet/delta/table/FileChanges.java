package io.freshet.delta.table;

import java.util.List;

/**
 * Which data files a commit added to the table and which it took out, compactions among them.
 *
 * @param added the added files, in the order of the commit's actions
 * @param removed the removed files; one that was added, too, has got another deletion vector
 * @param hasChangeFiles whether change files say which rows changed; if not, all rows of a file
 *     that was added with a change of data did
 * @param deletesOnly whether the commit calls itself a DELETE: its added files then hold nothing
 *     but rows of the removed ones that stay as they were
 */
public record FileChanges(
    List<Added> added, List<Removed> removed, boolean hasChangeFiles, boolean deletesOnly) {
  public FileChanges {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
  }

  /**
   * An added file.
   *
   * @param path its address, as in {@link DataUnit#path()}
   * @param dataChange whether it holds rows that changed, unlike a compaction's file
   * @param deletedRows how many of its rows do not count
   */
  public record Added(String path, boolean dataChange, long deletedRows) {}

  /**
   * A removed file.
   *
   * @param path its address
   * @param deletedRows how many of its rows did not count
   */
  public record Removed(String path, long deletedRows) {}
}
