package io.freshet.delta.table;

import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.internal.data.DefaultRowBasedColumnarBatch;
import io.delta.kernel.engine.FileReadResult;
import io.delta.kernel.engine.ParquetHandler;
import io.delta.kernel.expressions.Column;
import io.delta.kernel.expressions.Predicate;
import io.delta.kernel.internal.types.DataTypeJsonSerDe;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.DataFileStatus;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.hadoop.conf.Configuration;

/**
 * Reads checkpoints and their sidecars for Delta Kernel. Kernel's own reader needs a newer Parquet
 * than Spark 3.5 brings.
 */
final class KernelCheckpoints implements ParquetHandler {
  private static final int ROWS_OF_BATCH = 1_000;

  private final Configuration hadoopConf;

  KernelCheckpoints(Configuration hadoopConf) {
    this.hadoopConf = hadoopConf;
  }

  @Override
  public CloseableIterator<FileReadResult> readParquetFiles(
      CloseableIterator<FileStatus> files, StructType schema, Optional<Predicate> predicate) {
    return new Batches(files, schema);
  }

  /** A predicate only spares rows; here none is spared. */
  private final class Batches implements CloseableIterator<FileReadResult> {
    private final CloseableIterator<FileStatus> files;
    private final StructType schema;
    private final Schema projection;
    private Optional<StoredRows> rows = Optional.empty();
    private String path = "";

    Batches(CloseableIterator<FileStatus> files, StructType schema) {
      this.files = files;
      this.schema = schema;
      this.projection = DeltaSchemas.parse(DataTypeJsonSerDe.serializeStructType(schema)).schema();
    }

    @Override
    public boolean hasNext() {
      while (rows.isEmpty() || !rows.get().hasNext()) {
        rows.ifPresent(StoredRows::close);
        rows = Optional.empty();
        if (!files.hasNext()) {
          return false;
        }
        path = files.next().getPath();
        rows = Optional.of(new StoredRows(path, projection, hadoopConf));
      }
      return true;
    }

    @Override
    public FileReadResult next() {
      List<Row> batch = new ArrayList<>();
      while (batch.size() < ROWS_OF_BATCH && rows.isPresent() && rows.get().hasNext()) {
        batch.add(KernelValues.row(schema, Arrays.asList(rows.get().next())));
      }
      return new FileReadResult(new DefaultRowBasedColumnarBatch(schema, batch), path);
    }

    @Override
    public void close() throws IOException {
      rows.ifPresent(StoredRows::close);
      files.close();
    }
  }

  @Override
  public CloseableIterator<DataFileStatus> writeParquetFiles(
      String folder, CloseableIterator<FilteredColumnarBatch> data, List<Column> statistics) {
    throw new UnsupportedOperationException("Nothing is written to the table");
  }

  @Override
  public void writeParquetFileAtomically(
      String file, CloseableIterator<FilteredColumnarBatch> data) {
    throw new UnsupportedOperationException("Nothing is written to the table");
  }
}
