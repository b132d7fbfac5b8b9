package io.freshet.delta.table;

import java.time.Duration;
import java.util.List;

/**
 * What a table is at one version.
 *
 * @param id the table's id, which stays when the table is moved and changes when it is made anew
 * @param uri the table's qualified address
 * @param version the version that all of this holds at
 * @param schema the columns, partition columns among them
 * @param partitionColumns names of the partition columns
 * @param changeFeed whether the change data feed is on
 * @param mapped whether files know the columns by other names or by numbers
 * @param retention how long the table keeps at least what a reader of its changes needs: the
 *     shorter of {@code delta.logRetentionDuration} and {@code delta.deletedFileRetentionDuration}
 */
public record TableInfo(
    String id,
    String uri,
    long version,
    TableSchema schema,
    List<String> partitionColumns,
    boolean changeFeed,
    boolean mapped,
    Duration retention) {
  public TableInfo {
    partitionColumns = List.copyOf(partitionColumns);
  }

  /** The same with the columns of another version. */
  public TableInfo withColumnsOf(TableInfo other) {
    return new TableInfo(
        id, uri, version, other.schema, other.partitionColumns, changeFeed, mapped, retention);
  }

  /** A table whose files know the columns by their names, and with the default retention. */
  public TableInfo(
      String id,
      String uri,
      long version,
      TableSchema schema,
      List<String> partitionColumns,
      boolean changeFeed) {
    this(id, uri, version, schema, partitionColumns, changeFeed, false, Retention.DEFAULT);
  }
}
