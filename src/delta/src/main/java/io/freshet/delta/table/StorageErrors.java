package io.freshet.delta.table;

import java.io.FileNotFoundException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What a file system throws, so that it is told by its type. Hadoop's local one has an error for a
 * disk that cannot be read, {@link FSError}, which is no exception and which nobody catches; and
 * {@link FileNotFoundException} is also Java's word for a folder that may not be searched and for a
 * lack of descriptors: a failure to look is no absence.
 */
final class StorageErrors {
  private StorageErrors() {}

  /** The same as an exception. */
  static IOException exception(FSError error) {
    return new IOException(error.toString(), error);
  }

  /** The same if the file surely is not there, else an exception of another type. */
  static IOException absence(FileSystem fileSystem, Path path, FileNotFoundException notFound) {
    if (!isLocal(fileSystem)) {
      return notFound;
    }
    try {
      Files.readAttributes(
          java.nio.file.Path.of(path.toUri().getPath()), BasicFileAttributes.class);
      return new FileSystemException(path.toString(), null, notFound.toString());
    } catch (NoSuchFileException e) {
      return notFound;
    } catch (IOException | RuntimeException e) {
      return new IOException(path + " cannot be looked for: " + e, e);
    }
  }

  /** Whether files are those of this machine. */
  static boolean isLocal(FileSystem fileSystem) {
    return "file".equals(fileSystem.getUri().getScheme());
  }

  /** A stream that throws no error. */
  static InputStream reading(InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        try {
          return super.read();
        } catch (FSError e) {
          throw exception(e);
        }
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        try {
          return super.read(bytes, offset, length);
        } catch (FSError e) {
          throw exception(e);
        }
      }
    };
  }
}
