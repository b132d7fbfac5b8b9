package io.freshet.delta.table;

import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** A table's log, read by delta-standalone. */
final class StandaloneTableLog implements TableLog {
  private StandaloneTableLog() {}

  static TableLog open(String uri, Configuration hadoopConf) {
    hadoopConf.get(uri);
    return new StandaloneTableLog();
  }

  @Override
  public TableInfo info() {
    throw new UnsupportedOperationException();
  }

  @Override
  public TableInfo infoAt(long version) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Commit> commit(long version) {
    throw new UnsupportedOperationException();
  }

  @Override
  public TableSnapshot snapshot(long version) {
    throw new UnsupportedOperationException();
  }
}
