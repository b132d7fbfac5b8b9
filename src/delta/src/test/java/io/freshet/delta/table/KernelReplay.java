package io.freshet.delta.table;

import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.ScanImpl;
import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.delta.kernel.utils.CloseableIterator;
import java.util.Optional;
import java.util.OptionalInt;

/** By Delta Kernel: every table that it knows the features of. */
final class KernelReplay implements LogReplay {
  private final LogFolder folder;
  private final ReplayErrors errors;
  private final Engine engine;

  KernelReplay(LogFolder folder) {
    this.folder = folder;
    this.errors = new ReplayErrors(folder);
    this.engine = new KernelEngine(folder.hadoopConf());
  }

  @Override
  public void addFilesTo(FileList.Builder files, long version) {
    errors.translating(
        () -> {
          Snapshot snapshot =
              TableManager.loadSnapshot(folder.table().toString()).atVersion(version).build(engine);
          ScanImpl scan = (ScanImpl) snapshot.getScanBuilder().build();
          try (CloseableIterator<FilteredColumnarBatch> batches = scan.getScanFiles(engine, true)) {
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
            Optional.ofNullable(InternalScanFileUtils.getDeletionVectorDescriptorFromRow(scanFile))
                .map(KernelReplay::vector),
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
