package io.freshet.delta.table;

import java.io.Closeable;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.OptionalLong;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.RecordReader;

/** The rows of one Parquet file, as they are asked for; one row group is held at a time. */
final class StoredRows implements Iterator<Object[]>, Closeable {
  private final ParquetFile file;
  private final FileProjection columns;
  private int rowGroup;
  private long left;
  private RecordReader<Object[]> records;

  StoredRows(String path, Schema projection, Configuration hadoopConf) {
    this(path, ParquetFile.open(path, hadoopConf), projection);
  }

  /** Those of a file of a table's log. */
  static StoredRows ofLog(Path path, Schema projection, Configuration hadoopConf) {
    return new StoredRows(
        path.toString(), ParquetFile.openOfLog(path.toString(), hadoopConf), projection);
  }

  private StoredRows(String path, ParquetFile file, Schema projection) {
    DataUnit unit = new DataUnit(path, 0, OptionalLong.empty(), Map.of(), UnitContent.INSERTED);
    this.file = file;
    this.columns = FileProjection.of(unit, file, projection);
    file.request(columns.stored());
  }

  @Override
  public boolean hasNext() {
    while (left == 0 && rowGroup < file.rowGroups().size()) {
      left = file.rowGroups().get(rowGroup++).getRowCount();
      if (columns.fields().isEmpty()) {
        file.skipRowGroup();
      } else {
        PageReadStore pages = file.readRowGroup();
        records =
            file.decoding(
                () ->
                    new ColumnIOFactory(file.createdBy())
                        .getColumnIO(columns.stored(), file.schema())
                        .getRecordReader(pages, columns.records()));
      }
    }
    return left > 0;
  }

  @Override
  public Object[] next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    left--;
    return columns.fields().isEmpty()
        ? columns.template().toArray()
        : file.decoding(() -> records.read());
  }

  @Override
  public void close() {
    file.close();
  }
}
