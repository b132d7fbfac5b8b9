package io.freshet.delta.table;

import java.util.List;
import java.util.Optional;

/**
 * What one commit does to a table.
 *
 * @param added the added files
 * @param removed the removed files
 * @param hasChangeFiles as {@link FileChanges#hasChangeFiles()}
 * @param deletesOnly as {@link FileChanges#deletesOnly()}
 * @param protocol the table's protocol, if the commit states it
 * @param metadata the table's metadata, if the commit states it
 * @param bytes how much was read
 * @param checksum CRC-32C of that
 */
record CommitActions(
    List<Added> added,
    List<Removed> removed,
    boolean hasChangeFiles,
    boolean deletesOnly,
    Optional<LogProtocol> protocol,
    Optional<TableMetadata> metadata,
    long bytes,
    long checksum) {

  /** An added file; {@code dataChange} is false for a compaction's. */
  record Added(FileList.Entry file, boolean dataChange) {}

  /** A removed file, as the log has its path. */
  record Removed(String path, long deletedRows) {}

  /** Its files alone. */
  FileChanges fileChanges(DataPaths paths) {
    return new FileChanges(
        added.stream()
            .map(
                add ->
                    new FileChanges.Added(
                        paths.resolve(add.file().path()),
                        add.dataChange(),
                        add.file().live().without().map(DeletionVector::cardinality).orElse(0L)))
            .toList(),
        removed.stream()
            .map(
                remove ->
                    new FileChanges.Removed(paths.resolve(remove.path()), remove.deletedRows()))
            .toList(),
        hasChangeFiles,
        deletesOnly);
  }
}
