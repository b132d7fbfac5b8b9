package io.freshet.delta;

import io.freshet.ledger.LedgerAddress;
import org.apache.hadoop.conf.Configuration;

/** The Hadoop configuration of a feed. */
final class HadoopConf {
  private HadoopConf() {}

  static Configuration of(ChangeFeed feed) {
    return new LedgerAddress(feed.tableUri(), feed.hadoopConf()).configuration();
  }
}
