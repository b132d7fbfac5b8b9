package io.freshet.delta.table;

import io.delta.standalone.DeltaLog;
import io.delta.standalone.Snapshot;
import io.delta.standalone.actions.AddFile;
import io.delta.standalone.data.CloseableIterator;
import org.apache.hadoop.conf.Configuration;

/** By delta-standalone: tables of reader version 1. */
final class StandaloneReplay implements LogReplay {
  private final ReplayErrors errors;
  private final DeltaLog log;

  StandaloneReplay(LogFolder folder) {
    this.errors = new ReplayErrors(folder);
    // A copy: delta-standalone adds settings of its own.
    Configuration own = new Configuration(folder.hadoopConf());
    this.log = errors.translating(() -> DeltaLog.forTable(own, folder.table()));
  }

  @Override
  public void addFilesTo(FileList.Builder files, long version) {
    errors.translating(
        () -> {
          // The latest is kept by delta-standalone, an older one is rebuilt.
          Snapshot snapshot =
              log.update().getVersion() == version
                  ? log.snapshot()
                  : log.getSnapshotForVersionAsOf(version);
          try (CloseableIterator<AddFile> adds = snapshot.scan().getFiles()) {
            while (adds.hasNext()) {
              AddFile add = adds.next();
              files.add(
                  add.getPath(),
                  add.getModificationTime(),
                  add.getSize(),
                  FileStatistics.rows(add.getStats()),
                  add.getPartitionValues(),
                  RowSelection.all());
            }
          }
          return files;
        });
  }
}
