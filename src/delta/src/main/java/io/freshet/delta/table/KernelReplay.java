package io.freshet.delta.table;

import io.delta.kernel.SnapshotBuilder;
import io.delta.kernel.TableManager;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.ScanImpl;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.delta.kernel.internal.actions.Metadata;
import io.delta.kernel.internal.util.VectorUtils;
import io.delta.kernel.utils.CloseableIterator;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;

/** By Delta Kernel: every table that it knows the features of. */
final class KernelReplay implements LogReplay {
  private final LogFolder folder;
  private final ReplayErrors errors;
  private final Engine engine;

  KernelReplay(LogFolder folder, Configuration hadoopConf) {
    this.folder = folder;
    this.errors = new ReplayErrors(folder);
    this.engine = new KernelEngine(hadoopConf);
  }

  @Override
  public ReplayedTable latest() {
    return load(TableManager.loadSnapshot(folder.table().toString()));
  }

  @Override
  public ReplayedTable at(long version) {
    return load(TableManager.loadSnapshot(folder.table().toString()).atVersion(version));
  }

  private ReplayedTable load(SnapshotBuilder snapshot) {
    return errors.translating(() -> new Table((SnapshotImpl) snapshot.build(engine)));
  }

  private final class Table implements ReplayedTable {
    private final SnapshotImpl snapshot;

    Table(SnapshotImpl snapshot) {
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
                metadata.getSchemaString(),
                VectorUtils.toJavaList(metadata.getPartitionColumns()),
                metadata.getConfiguration());
          });
    }

    @Override
    public void addFilesTo(FileList.Builder files) {
      errors.translating(
          () -> {
            ScanImpl scan = (ScanImpl) snapshot.getScanBuilder().build();
            try (CloseableIterator<FilteredColumnarBatch> batches =
                scan.getScanFiles(engine, true)) {
              while (batches.hasNext()) {
                addRows(batches.next(), files);
              }
            }
            return files;
          });
    }

    private void addRows(FilteredColumnarBatch batch, FileList.Builder files) throws Exception {
      try (CloseableIterator<Row> rows = batch.getRows()) {
        while (rows.hasNext()) {
          add(rows.next(), files);
        }
      }
    }

    private void add(Row scanFile, FileList.Builder files) {
      Row add = scanFile.getStruct(InternalScanFileUtils.ADD_FILE_ORDINAL);
      int stats = InternalScanFileUtils.ADD_FILE_STATS_ORDINAL;
      files.add(
          add.getString(add.getSchema().indexOf("path")),
          add.getLong(add.getSchema().indexOf("modificationTime")),
          add.getLong(add.getSchema().indexOf("size")),
          FileStatistics.rows(add.isNullAt(stats) ? null : add.getString(stats)),
          InternalScanFileUtils.getPartitionValues(scanFile),
          RowSelection.without(
              Optional.ofNullable(
                      InternalScanFileUtils.getDeletionVectorDescriptorFromRow(scanFile))
                  .map(Table::vector),
              folder.table().toString()));
    }

    private static DeletionVector vector(DeletionVectorDescriptor vector) {
      return new DeletionVector(
          vector.getStorageType(),
          vector.getPathOrInlineDv(),
          vector.getOffset().map(OptionalInt::of).orElseGet(OptionalInt::empty),
          vector.getSizeInBytes(),
          vector.getCardinality());
    }
  }
}
