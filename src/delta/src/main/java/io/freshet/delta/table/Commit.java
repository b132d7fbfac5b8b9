package io.freshet.delta.table;

import io.freshet.ledger.ReadCommit;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What one commit changed.
 *
 * @param version the commit's version
 * @param timestamp the in-commit timestamp if the commit has one, else the modification time of its
 *     file, or a millisecond after the commit before if that is later
 * @param units the files of changed rows: first those with rows that the table has after the
 *     commit, then those with rows that it had before, both in the order of the commit's actions;
 *     empty if the commit changed no row
 * @param schemaChange the table's schema from this commit on, if the commit states one; it may be
 *     equal to the one before
 * @param schema the table's schema from this commit on, by which its units are read
 * @param digest of the commit's file, see {@link TableLog#digest}
 * @param file the commit's file as it was read
 */
public record Commit(
    long version,
    Instant timestamp,
    List<DataUnit> units,
    Optional<TableSchema> schemaChange,
    Optional<TableSchema> schema,
    String digest,
    ReadCommit file) {
  public Commit {
    units = List.copyOf(units);
  }
}
