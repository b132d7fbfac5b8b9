package io.freshet.delta.table;

import io.delta.standalone.DeltaLog;
import io.delta.standalone.Snapshot;
import io.delta.standalone.actions.AddFile;
import io.delta.standalone.actions.Metadata;
import io.delta.standalone.data.CloseableIterator;
import org.apache.hadoop.conf.Configuration;

/** By delta-standalone: tables of reader version 1. */
final class StandaloneReplay implements LogReplay {
  private final LogFolder folder;
  private final ReplayErrors errors;
  private final DeltaLog log;

  StandaloneReplay(LogFolder folder, Configuration hadoopConf) {
    this.folder = folder;
    this.errors = new ReplayErrors(folder);
    // A copy: delta-standalone adds settings of its own.
    Configuration own = new Configuration(hadoopConf);
    this.log = errors.translating(() -> DeltaLog.forTable(own, folder.table()));
  }

  @Override
  public ReplayedTable latest() {
    Snapshot snapshot = errors.translating(log::update);
    if (snapshot.getVersion() < 0) {
      throw folder.notDelta();
    }
    return new Table(snapshot);
  }

  @Override
  public ReplayedTable at(long version) {
    // The latest is kept by delta-standalone, an older one is rebuilt.
    return errors.translating(
        () ->
            new Table(
                log.update().getVersion() == version
                    ? log.snapshot()
                    : log.getSnapshotForVersionAsOf(version)));
  }

  private final class Table implements ReplayedTable {
    private final Snapshot snapshot;

    Table(Snapshot snapshot) {
      this.snapshot = snapshot;
    }

    @Override
    public long version() {
      return snapshot.getVersion();
    }

    @Override
    public TableMetadata metadata() {
      return errors.translating(
          () -> {
            Metadata metadata = snapshot.getMetadata();
            return new TableMetadata(
                metadata.getId(),
                metadata.getSchema().toJson(),
                metadata.getPartitionColumns(),
                metadata.getConfiguration());
          });
    }

    @Override
    public void addFilesTo(FileList.Builder files) {
      errors.translating(
          () -> {
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
}
