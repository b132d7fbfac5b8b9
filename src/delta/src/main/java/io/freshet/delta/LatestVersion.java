package io.freshet.delta;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.ledger.LedgerAddress;
import java.io.IOException;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The table's latest version, by asking for the commit files after the last one known: one request
 * if there is nothing new, and about two for each doubling of the distance. A table's commits have
 * no gaps (Delta protocol, "Delta Log Entries").
 */
public final class LatestVersion {
  private final Path log;
  private final FileSystem fileSystem;
  private long known;

  /** Begins at {@code known}, a version that the table has. */
  public LatestVersion(String tableUri, Map<String, String> hadoopConf, long known) {
    this.log = new Path(tableUri, "_delta_log");
    this.known = known;
    try {
      this.fileSystem = log.getFileSystem(new LedgerAddress(tableUri, hadoopConf).configuration());
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  /** The latest version now. */
  public synchronized long get() {
    long step = 1;
    while (exists(known + step)) {
      known += step;
      step *= 2;
    }
    for (; step > 0; step /= 2) {
      while (exists(known + step)) {
        known += step;
      }
    }
    return known;
  }

  private boolean exists(long version) {
    try {
      return fileSystem.exists(new Path(log, String.format("%020d.json", version)));
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  private FreshetException unavailable(IOException e) {
    return new FreshetException(
        FailureCategory.STORAGE_UNAVAILABLE, "Cannot look into " + log + ": " + e, e);
  }
}
