package io.freshet.delta.table;

import org.apache.hadoop.conf.Configuration;

/** Opens table logs. */
public final class TableLogs {
  private TableLogs() {}

  /**
   * Opens the log of the table at {@code uri}. Throws a {@link
   * io.freshet.changes.FreshetException}: {@code TABLE_NOT_FOUND} if there is nothing or no Delta
   * table, {@code TABLE_UNSUPPORTED} if the table needs a reader that this is not.
   */
  public static TableLog open(String uri, Configuration hadoopConf) {
    return DeltaTableLog.open(uri, hadoopConf);
  }
}
