package io.freshet.delta.table;

import org.apache.hadoop.conf.Configuration;

/**
 * The table's latest version, by asking for the commits after the last one known: one request if
 * there is nothing new.
 */
public final class LatestVersion {
  private final LogFolder folder;
  private long known;

  /** Begins at {@code known}, a version that the table has. */
  public LatestVersion(String tableUri, Configuration hadoopConf, long known) {
    this.folder = LogFolder.at(tableUri, hadoopConf);
    this.known = known;
  }

  /**
   * The latest version now. Throws a {@link io.freshet.changes.FreshetException} of {@code
   * STORAGE_UNAVAILABLE} if it cannot be seen.
   */
  public synchronized long get() {
    known = folder.latestVersion(known);
    return known;
  }
}
