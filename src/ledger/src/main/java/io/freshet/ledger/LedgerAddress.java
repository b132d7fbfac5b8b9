package io.freshet.ledger;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Where a ledger is.
 *
 * @param uri a folder on any Hadoop file system
 * @param hadoopConf settings beyond those on the class path; they may hold credentials and are
 *     never printed
 */
public record LedgerAddress(String uri, Map<String, String> hadoopConf) implements Serializable {
  public LedgerAddress {
    hadoopConf = Map.copyOf(hadoopConf);
  }

  /** The Hadoop configuration of this address. */
  public Configuration configuration() {
    Configuration configuration = new Configuration();
    // Else a hook closes all file systems at shutdown, before the last outcomes are recorded.
    configuration.setBoolean("fs.automatic.close", false);
    new TreeMap<>(hadoopConf).forEach(configuration::set);
    return configuration;
  }

  Path path() {
    return new Path(uri);
  }

  @Override
  public String toString() {
    return uri;
  }
}
