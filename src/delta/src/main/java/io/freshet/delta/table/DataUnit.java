package io.freshet.delta.table;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * One file whose rows are read in order.
 *
 * @param path the file's absolute address as a file system takes it: not URL-encoded, unlike in the
 *     log
 * @param bytes the file's size by the log
 * @param rows how many rows the file holds, if the log says so; {@link UnitReader#rowCount} always
 *     knows
 * @param partitionValues the text of each partition column's value by the column's name; {@code
 *     null} where the value is null
 * @param content what its rows are
 */
public record DataUnit(
    String path,
    long bytes,
    OptionalLong rows,
    Map<String, String> partitionValues,
    UnitContent content) {
  public DataUnit {
    // Not Map.copyOf: a null value is a null partition.
    partitionValues = Collections.unmodifiableMap(new HashMap<>(partitionValues));
  }

  /** The same file with other partition values. */
  DataUnit in(Map<String, String> otherPartitionValues) {
    return new DataUnit(path, bytes, rows, otherPartitionValues, content);
  }
}
