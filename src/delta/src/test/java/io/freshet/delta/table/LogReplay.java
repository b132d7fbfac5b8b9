package io.freshet.delta.table;

/**
 * Rebuilds a table from its log: its files at a version, from a checkpoint and the commits after
 * it. Single commits are read by {@link CommitReader}, protocol and metadata by {@link
 * StateReader}.
 */
interface LogReplay {
  /** Adds the table's files at a version that can be rebuilt. */
  void addFilesTo(FileList.Builder files, long version);
}
