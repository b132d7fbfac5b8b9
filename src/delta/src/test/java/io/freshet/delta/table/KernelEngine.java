package io.freshet.delta.table;

import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.engine.ExpressionHandler;
import io.delta.kernel.engine.FileSystemClient;
import io.delta.kernel.engine.JsonHandler;
import io.delta.kernel.engine.ParquetHandler;
import org.apache.hadoop.conf.Configuration;

/**
 * Delta Kernel's engine for Hadoop, but for Parquet, which is read by {@link KernelCheckpoints}.
 */
final class KernelEngine implements Engine {
  private final Engine defaults;
  private final ParquetHandler checkpoints;

  KernelEngine(Configuration hadoopConf) {
    Configuration own = new Configuration(hadoopConf);
    this.defaults = DefaultEngine.create(own);
    this.checkpoints = new KernelCheckpoints(own);
  }

  @Override
  public ExpressionHandler getExpressionHandler() {
    return defaults.getExpressionHandler();
  }

  @Override
  public JsonHandler getJsonHandler() {
    return defaults.getJsonHandler();
  }

  @Override
  public FileSystemClient getFileSystemClient() {
    return defaults.getFileSystemClient();
  }

  @Override
  public ParquetHandler getParquetHandler() {
    return checkpoints;
  }
}
