package io.freshet.delta.table;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One file whose rows are read in order.
 *
 * @param path the file's absolute address as a file system takes it: not URL-encoded, unlike in the
 *     log
 * @param bytes the file's size by the log
 * @param rows how many rows the file holds, deleted ones among them, if the log says so; {@link
 *     UnitReader#rowCount} always knows
 * @param partitionValues the text of each partition column's value by the name that files know the
 *     column by; {@code null} where the value is null
 * @param content what its rows are
 * @param selection which rows of the file are the unit's
 * @param declared the table's columns as the version has them that the unit is read of; without
 *     them, those that are asked for name the file's columns
 */
public record DataUnit(
    String path,
    long bytes,
    OptionalLong rows,
    Map<String, String> partitionValues,
    UnitContent content,
    RowSelection selection,
    Optional<TableSchema> declared) {
  public DataUnit {
    // Not Map.copyOf: a null value is a null partition.
    partitionValues = Collections.unmodifiableMap(new HashMap<>(partitionValues));
  }

  /** Some rows of a file, by the columns that are asked for. */
  public DataUnit(
      String path,
      long bytes,
      OptionalLong rows,
      Map<String, String> partitionValues,
      UnitContent content,
      RowSelection selection) {
    this(path, bytes, rows, partitionValues, content, selection, Optional.empty());
  }

  /** All rows of a file. */
  public DataUnit(
      String path,
      long bytes,
      OptionalLong rows,
      Map<String, String> partitionValues,
      UnitContent content) {
    this(path, bytes, rows, partitionValues, content, RowSelection.all());
  }

  /** Whether every live row of the file is of the unit: no difference of two deletion vectors. */
  public boolean isWholeFile() {
    return selection.among().isEmpty();
  }

  /** The same rows, read as a version has them that declares these columns. */
  public DataUnit declaredBy(TableSchema columns) {
    return new DataUnit(
        path, bytes, rows, partitionValues, content, selection, Optional.of(columns));
  }

  /** The same rows, read by the columns that are asked for. */
  public DataUnit undeclared() {
    return new DataUnit(path, bytes, rows, partitionValues, content, selection);
  }

  /** The same rows as another kind of change. */
  public DataUnit as(UnitContent otherContent) {
    return new DataUnit(path, bytes, rows, partitionValues, otherContent, selection, declared);
  }

  /** The same file with other partition values. */
  DataUnit in(Map<String, String> otherPartitionValues) {
    return new DataUnit(path, bytes, rows, otherPartitionValues, content, selection, declared);
  }

  /**
   * The rows that this unit's deletion vector names and {@code other}'s does not, with the type of
   * change that they have if this is what the file was, and {@code other} what it became.
   */
  DataUnit difference(Optional<DeletionVector> other, UnitContent type) {
    RowSelection rowsOnlyHere = new RowSelection(selection.without(), other, selection.source());
    return new DataUnit(path, bytes, rows, partitionValues, type, rowsOnlyHere, declared);
  }
}
