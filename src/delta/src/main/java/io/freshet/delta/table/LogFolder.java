package io.freshet.delta.table;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.LocaleEncoding;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/** The files of a table's {@code _delta_log}, by their names and times alone. */
final class LogFolder {
  private final FileSystem fileSystem;
  private final Configuration hadoopConf;
  private final Path table;
  private final Path log;

  private LogFolder(FileSystem fileSystem, Configuration hadoopConf, Path table) {
    this.fileSystem = fileSystem;
    this.hadoopConf = hadoopConf;
    this.table = table;
    this.log = new Path(table, "_delta_log");
  }

  /** Finds the log of the table at {@code uri}; throws if there is none. */
  static LogFolder open(String uri, Configuration hadoopConf) {
    LogFolder folder = at(uri, hadoopConf);
    try {
      folder.checkThere();
    } catch (IOException e) {
      if (Failures.isOfMissingBucket(e)) {
        throw new FreshetException(
            FailureCategory.TABLE_NOT_FOUND,
            "No table at %s: there is no bucket '%s'; check the address, and the endpoint if it is not Amazon's"
                .formatted(uri, folder.table.toUri().getHost()),
            e);
      }
      throw Failures.storage(uri, e);
    } catch (FSError e) {
      throw Failures.storage(uri, StorageErrors.exception(e));
    }
    return folder;
  }

  /** The log of the table at {@code uri}, if there is one. */
  static LogFolder at(String uri, Configuration hadoopConf) {
    Path path = parse(uri);
    try {
      FileSystem fileSystem = path.getFileSystem(hadoopConf);
      if (StorageErrors.isLocal(fileSystem)) {
        LocaleEncoding.ofJvm().requireFileNames(uri);
      }
      return new LogFolder(fileSystem, hadoopConf, fileSystem.makeQualified(path));
    } catch (UnsupportedFileSystemException e) {
      throw new FreshetException(
          FailureCategory.OPTION,
          "No file system is configured for %s; check the address's scheme, or add the file system"
                  .formatted(uri)
              + " to the class path",
          e);
    } catch (IOException e) {
      throw Failures.storage(uri, e);
    }
  }

  private static Path parse(String uri) {
    try {
      return new Path(uri);
    } catch (IllegalArgumentException e) {
      throw new FreshetException(
          FailureCategory.OPTION, "'%s' is not the address of a table".formatted(uri), e);
    }
  }

  private void checkThere() throws IOException {
    if (status(table).isEmpty()) {
      throw new FreshetException(
          FailureCategory.TABLE_NOT_FOUND,
          "No table at %s; check the address, or create the table first".formatted(table));
    }
    if (status(log).isEmpty()) {
      throw notDelta();
    }
  }

  /** The error that says that the folder holds no Delta table. */
  FreshetException notDelta() {
    return new FreshetException(
        FailureCategory.TABLE_NOT_FOUND,
        "%s is not a Delta table: it has no commits in _delta_log; check the address"
            .formatted(table));
  }

  /** The table's qualified address. */
  Path table() {
    return table;
  }

  /** The file of one commit. */
  Path commitFile(long version) {
    return new Path(log, LogFile.commitName(version));
  }

  /** One of the log's files. */
  Path file(String name) {
    return new Path(log, name);
  }

  Configuration hadoopConf() {
    return hadoopConf;
  }

  /** The modification time of a commit's file, or empty if there is no such commit. */
  Optional<Instant> commitTime(long version) {
    if (!has(version)) {
      return Optional.empty();
    }
    try {
      return status(commitFile(version))
          .map(status -> Instant.ofEpochMilli(status.getModificationTime()));
    } catch (IOException e) {
      throw Failures.storage(commitFile(version).toString(), e);
    } catch (FSError e) {
      throw Failures.storage(commitFile(version).toString(), StorageErrors.exception(e));
    }
  }

  /** Modification time and length of a commit's file, or empty if there is no such commit. */
  Optional<FileStatus> commitStatus(long version) {
    try {
      return status(commitFile(version));
    } catch (IOException e) {
      throw Failures.storage(commitFile(version).toString(), e);
    } catch (FSError e) {
      throw Failures.storage(commitFile(version).toString(), StorageErrors.exception(e));
    }
  }

  /**
   * Whether there is such a commit. On S3 this is one HEAD, while for the status of a file that is
   * missing S3A also lists what may be a folder of that name.
   */
  @SuppressWarnings("deprecation") // isFile, for its catching FileNotFoundException; so does this.
  boolean has(long version) {
    try {
      return fileSystem.isFile(commitFile(version));
    } catch (IOException e) {
      throw Failures.storage(commitFile(version).toString(), e);
    } catch (FSError e) {
      throw Failures.storage(commitFile(version).toString(), StorageErrors.exception(e));
    }
  }

  /**
   * The latest version, given one that is there: one request if it is the latest, and about two for
   * each doubling of the distance. A table's commits have no gaps (Delta protocol, section <i>Delta
   * Log Entries</i>).
   */
  long latestVersion(long known) {
    long latest = known;
    long step = 1;
    while (has(latest + step)) {
      latest += step;
      step *= 2;
    }
    for (; step > 0; step /= 2) {
      while (has(latest + step)) {
        latest += step;
      }
    }
    return latest;
  }

  /** Lists the log. */
  LogListing list() {
    LogListing.Builder listing = new LogListing.Builder();
    try {
      RemoteIterator<FileStatus> files = fileSystem.listStatusIterator(log);
      while (files.hasNext()) {
        FileStatus file = files.next();
        listing.add(file.getPath().getName(), file.getModificationTime());
      }
    } catch (FileNotFoundException e) {
      IOException absence = StorageErrors.absence(fileSystem, log, e);
      if (!(absence instanceof FileNotFoundException)) {
        throw Failures.storage(log.toString(), absence);
      }
    } catch (IOException e) {
      throw Failures.storage(log.toString(), e);
    } catch (FSError e) {
      throw Failures.storage(log.toString(), StorageErrors.exception(e));
    }
    return listing.build();
  }

  /** Opens one of the log's files for reading. */
  InputStream open(String name) throws IOException {
    try {
      return StorageErrors.reading(fileSystem.open(file(name)));
    } catch (FileNotFoundException e) {
      throw StorageErrors.absence(fileSystem, file(name), e);
    } catch (FSError e) {
      throw StorageErrors.exception(e);
    }
  }

  private Optional<FileStatus> status(Path path) throws IOException {
    try {
      return Optional.of(fileSystem.getFileStatus(path));
    } catch (FileNotFoundException e) {
      IOException absence = StorageErrors.absence(fileSystem, path, e);
      if (absence instanceof FileNotFoundException) {
        return Optional.empty();
      }
      throw absence;
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LogFolder folder
        && folder.fileSystem == fileSystem
        && folder.table.equals(table);
  }

  @Override
  public int hashCode() {
    return table.hashCode();
  }
}
