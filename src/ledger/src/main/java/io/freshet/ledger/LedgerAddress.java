package io.freshet.ledger;

import io.freshet.changes.SecretMap;
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
  /**
   * In place of Hadoop's own defaults, by which S3A waits 200 s for an answer that was lost, and
   * that up to 20 times: until then a worker holds its slice. In ms.
   */
  private static final Map<String, String> DEFAULTS =
      Map.of("fs.s3a.connection.timeout", "15000", "fs.s3a.attempts.maximum", "3");

  public LedgerAddress {
    hadoopConf = SecretMap.copyOf(hadoopConf);
  }

  /** The Hadoop configuration of this address. */
  public Configuration configuration() {
    Configuration configuration = new Configuration();
    // Else a hook closes all file systems at shutdown, before the last outcomes are recorded.
    configuration.setBoolean("fs.automatic.close", false);
    DEFAULTS.forEach(
        (name, value) -> {
          if (isHadoopsDefault(configuration, name)) {
            configuration.set(name, value);
          }
        });
    new TreeMap<>(hadoopConf).forEach(configuration::set);
    return configuration;
  }

  /** Whether nobody has set this, in a {@code core-site.xml} say. */
  private static boolean isHadoopsDefault(Configuration configuration, String name) {
    String[] sources = configuration.getPropertySources(name);
    return sources == null || sources[sources.length - 1].equals("core-default.xml");
  }

  Path path() {
    return new Path(uri);
  }

  @Override
  public String toString() {
    return uri;
  }
}
