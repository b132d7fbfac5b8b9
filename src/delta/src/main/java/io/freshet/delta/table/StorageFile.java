package io.freshet.delta.table;

import io.freshet.changes.LocaleEncoding;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/**
 * A file as Parquet reads it. Failures of the storage are wrapped in a {@link StorageException}, so
 * that they can be told from the exceptions, {@link IOException}s among them, that Parquet throws
 * for bytes that it cannot decode.
 */
final class StorageFile implements InputFile {
  private final FileSystem fileSystem;
  private final FileStatus status;

  private StorageFile(FileSystem fileSystem, FileStatus status) {
    this.fileSystem = fileSystem;
    this.status = status;
  }

  /** Looks the file up. */
  static StorageFile of(Path path, Configuration hadoopConf) throws StorageException {
    return of(path, file -> file.getFileSystem(hadoopConf));
  }

  /** The same for a file of a table's log, see {@link LogFolder#fileSystem}. */
  static StorageFile ofLog(Path path, Configuration hadoopConf) throws StorageException {
    return of(path, file -> LogFolder.fileSystem(file, hadoopConf));
  }

  private interface FileSystems {
    FileSystem of(Path path) throws IOException;
  }

  private static StorageFile of(Path path, FileSystems fileSystems) throws StorageException {
    try {
      FileSystem fileSystem = fileSystems.of(path);
      if (StorageErrors.isLocal(fileSystem)) {
        LocaleEncoding.ofJvm().requireFileNames(path.toString());
      }
      return new StorageFile(fileSystem, status(fileSystem, path));
    } catch (IOException e) {
      throw new StorageException(e);
    } catch (FSError e) {
      throw new StorageException(StorageErrors.exception(e));
    }
  }

  private static FileStatus status(FileSystem fileSystem, Path path) throws IOException {
    try {
      return fileSystem.getFileStatus(path);
    } catch (FileNotFoundException e) {
      throw StorageErrors.absence(fileSystem, path, e);
    }
  }

  /** The storage failed. */
  static final class StorageException extends IOException {
    private final IOException failure;

    StorageException(IOException failure) {
      super(failure);
      this.failure = failure;
    }

    /** What the storage threw. */
    IOException failure() {
      return failure;
    }
  }

  @Override
  public long getLength() {
    return status.getLen();
  }

  @Override
  public SeekableInputStream newStream() throws IOException {
    try {
      return new Stream(fileSystem.open(status.getPath()));
    } catch (FileNotFoundException e) {
      throw new StorageException(StorageErrors.absence(fileSystem, status.getPath(), e));
    } catch (IOException e) {
      throw new StorageException(e);
    } catch (FSError e) {
      throw new StorageException(StorageErrors.exception(e));
    }
  }

  @Override
  public String toString() {
    return status.getPath().toString();
  }

  /** Marks what {@code e} is; a wrong checksum or an early end is the file's fault. */
  private static IOException marked(IOException e) {
    return e instanceof ChecksumException || e instanceof EOFException
        ? e
        : new StorageException(e);
  }

  private static final class Stream extends DelegatingSeekableInputStream {
    private final FSDataInputStream in;

    Stream(FSDataInputStream in) {
      super(new MarkedStream(StorageErrors.reading(in)));
      this.in = in;
    }

    @Override
    public long getPos() throws IOException {
      return in.getPos();
    }

    @Override
    public void seek(long position) throws IOException {
      try {
        in.seek(position);
      } catch (IOException e) {
        throw marked(e);
      } catch (FSError e) {
        throw marked(StorageErrors.exception(e));
      }
    }
  }

  private static final class MarkedStream extends InputStream {
    private final InputStream in;

    MarkedStream(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      try {
        return in.read();
      } catch (IOException e) {
        throw marked(e);
      }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        return in.read(bytes, offset, length);
      } catch (IOException e) {
        throw marked(e);
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
