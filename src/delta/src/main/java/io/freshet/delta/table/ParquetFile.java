package io.freshet.delta.table;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.schema.MessageType;

/** An open Parquet file, and what its failures mean. */
final class ParquetFile implements Closeable {
  private final String path;
  private final ParquetFileReader reader;

  private ParquetFile(String path, ParquetFileReader reader) {
    this.path = path;
    this.reader = reader;
  }

  /** Opens the file and reads its footer. */
  static ParquetFile open(String path, Configuration hadoopConf) {
    return open(path, false, hadoopConf);
  }

  /** The same for a file of a table's log, whose pages must have the checksums that they bear. */
  static ParquetFile openOfLog(String path, Configuration hadoopConf) {
    return open(path, true, hadoopConf);
  }

  private static ParquetFile open(String path, boolean ofLog, Configuration hadoopConf) {
    try {
      Path file = new Path(path);
      return new ParquetFile(
          path,
          new ParquetFileReader(
              ofLog ? StorageFile.ofLog(file, hadoopConf) : StorageFile.of(file, hadoopConf),
              HadoopReadOptions.builder(hadoopConf, file)
                  .usePageChecksumVerification(ofLog)
                  .build()));
    } catch (IOException | RuntimeException e) {
      throw failure(path, e);
    }
  }

  /** The file's schema. */
  MessageType schema() {
    return reader.getFileMetaData().getSchema();
  }

  /** The name of the program that wrote the file, as the footer has it. */
  String createdBy() {
    return reader.getFileMetaData().getCreatedBy();
  }

  /** What the file's dates and timestamps count by. */
  FileCalendar calendar() {
    return FileCalendar.of(reader.getFileMetaData().getKeyValueMetaData());
  }

  /** The file's row groups, in order. */
  List<BlockMetaData> rowGroups() {
    return reader.getRowGroups();
  }

  /** Sets the columns that {@link #readRowGroup} reads. */
  void request(MessageType columns) {
    reader.setRequestedSchema(columns);
  }

  /** Passes over the next row group. */
  void skipRowGroup() {
    reader.skipNextRowGroup();
  }

  /** Reads the next row group. */
  PageReadStore readRowGroup() {
    return decoding(reader::readNextRowGroup);
  }

  /** Runs a call that decodes what was read. */
  <T> T decoding(Callable<T> call) {
    try {
      return call.call();
    } catch (Exception e) {
      throw failure(path, e);
    } catch (FSError e) {
      throw Failures.storage(path, StorageErrors.exception(e));
    }
  }

  /** What an exception thrown while reading or decoding means. */
  FreshetException failure(Exception e) {
    return failure(path, e);
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException e) {
      throw Failures.storage(path, e);
    }
  }

  private static FreshetException failure(String path, Exception e) {
    if (e instanceof FreshetException known) {
      return known;
    }
    // What the storage throws is marked; all else says that the bytes make no sense.
    Optional<StorageFile.StorageException> storage =
        Failures.cause(e, StorageFile.StorageException.class);
    if (storage.isPresent()) {
      IOException cause = storage.get().failure();
      return cause instanceof FileNotFoundException gone
          ? gone(path, gone)
          : Failures.storage(path, cause);
    }
    return new FreshetException(
        FailureCategory.CORRUPT_FILE,
        "%s cannot be decoded: %s; restore the file, or start after the commit that added it"
            .formatted(path, e),
        e);
  }

  private static FreshetException gone(String path, FileNotFoundException cause) {
    return new FreshetException(
        FailureCategory.HISTORY_LOST,
        "%s is gone: a VACUUM has deleted it; start with a snapshot, and keep deleted files for"
                .formatted(path)
            + " longer than the pipeline may stand still (delta.deletedFileRetentionDuration)",
        cause);
  }
}
