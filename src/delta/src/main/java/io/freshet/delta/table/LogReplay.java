package io.freshet.delta.table;

/**
 * Rebuilds a table from its log: its metadata and files at a version, from a checkpoint and the
 * commits after it. Single commits are read by {@link CommitReader}.
 */
interface LogReplay {
  /** The table at its latest version. */
  ReplayedTable latest();

  /** The table at a version that can be rebuilt. */
  ReplayedTable at(long version);

  /** A table at one version. */
  interface ReplayedTable {
    long version();

    TableMetadata metadata();

    /** Adds the table's files. */
    void addFilesTo(FileList.Builder files);
  }
}
