package io.freshet.delta.table;

import io.freshet.changes.ChangeType;
import java.util.function.LongPredicate;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.RecordReader;

/**
 * Reads the rows of data files. Holds no state but the configuration: one reader may serve several
 * threads.
 *
 * <p>Throws a {@link io.freshet.changes.FreshetException}: {@code HISTORY_LOST} if the file is gone
 * (a vacuum takes files that no retained version needs), {@code CORRUPT_FILE} if it cannot be
 * decoded, {@code SCHEMA} if a column's type in the file does not fit the one asked for, {@code
 * STORAGE_UNAVAILABLE} if it cannot be read now.
 */
public final class UnitReader {
  private static final int ROWS_BETWEEN_CHECKS = 1024;

  private final Configuration hadoopConf;

  public UnitReader(Configuration hadoopConf) {
    this.hadoopConf = hadoopConf;
  }

  /**
   * Reads the rows {@code fromRow} (inclusive) to {@code toRow} (exclusive; {@link Long#MAX_VALUE}
   * for all) in the file's order, those that belong to the unit. What {@code sink} throws is thrown
   * on as it is. Row groups outside the range are not read, and one row group is held at a time.
   *
   * @param projection the columns to read, as {@link TableSchema#project} gives them; a column that
   *     the file lacks is null
   * @throws InterruptedException if the thread is interrupted; checked now and then between rows
   */
  public void read(DataUnit unit, Schema projection, long fromRow, long toRow, RowSink sink)
      throws InterruptedException {
    if (unit.content().isOfChangeFile()) {
      ChangeFileRows rows = new ChangeFileRows(unit, projection, sink);
      readFile(unit, rows.projection(), fromRow, toRow, rows);
    } else {
      ChangeType type = unit.content().onlyType();
      StoredRowSink rows = (ordinal, values) -> sink.row(ordinal, type, values);
      readFile(unit, projection, fromRow, toRow, selected(unit, rows));
    }
  }

  private StoredRowSink selected(DataUnit unit, StoredRowSink sink) {
    if (unit.selection().isAll()) {
      return sink;
    }
    LongPredicate counts = DeletedRows.filter(unit.selection(), unit.path(), hadoopConf);
    return (ordinal, values) -> {
      if (counts.test(ordinal)) {
        sink.row(ordinal, values);
      }
    };
  }

  /** Takes the rows of a file as it has them. */
  interface StoredRowSink {
    void row(long ordinal, Object[] values);
  }

  private void readFile(
      DataUnit unit, Schema projection, long fromRow, long toRow, StoredRowSink sink)
      throws InterruptedException {
    try (ParquetFile file = ParquetFile.open(unit.path(), hadoopConf)) {
      FileProjection columns = FileProjection.of(unit, file, projection);
      file.request(columns.stored());
      long start = 0;
      for (BlockMetaData rowGroup : file.rowGroups()) {
        long end = start + rowGroup.getRowCount();
        if (end > fromRow && start < toRow) {
          Range rows = new Range(start, Math.max(start, fromRow), Math.min(end, toRow));
          readRowGroup(file, columns, rows, sink);
        } else {
          file.skipRowGroup();
        }
        start = end;
      }
    }
  }

  /**
   * Rows of one row group, by their ordinals in the file.
   *
   * @param first the first row of the row group
   * @param from the first row that is wanted
   * @param to the row after the last that is wanted
   */
  private record Range(long first, long from, long to) {}

  private static void readRowGroup(
      ParquetFile file, FileProjection columns, Range rows, StoredRowSink sink)
      throws InterruptedException {
    checkInterrupt();
    RecordBuilder builder = columns.records();
    if (columns.fields().isEmpty()) {
      file.skipRowGroup();
      for (long row = rows.from; row < rows.to; row++) {
        sink.row(row, columns.template().toArray());
      }
      return;
    }
    PageReadStore pages = file.readRowGroup();
    RecordReader<Object[]> records =
        file.decoding(
            () ->
                new ColumnIOFactory(file.createdBy())
                    .getColumnIO(columns.stored(), file.schema())
                    .getRecordReader(pages, builder));
    for (long row = rows.first; row < rows.to; row++) {
      if (row % ROWS_BETWEEN_CHECKS == 0) {
        checkInterrupt();
      }
      Object[] values;
      try {
        values = records.read();
      } catch (RuntimeException e) {
        throw file.failure(e);
      }
      if (row >= rows.from) {
        sink.row(row, values);
      }
    }
  }

  private static void checkInterrupt() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  /** How many rows the file holds, by its footer. */
  public long rowCount(DataUnit unit) {
    try (ParquetFile file = ParquetFile.open(unit.path(), hadoopConf)) {
      return file.rowGroups().stream().mapToLong(BlockMetaData::getRowCount).sum();
    }
  }
}
