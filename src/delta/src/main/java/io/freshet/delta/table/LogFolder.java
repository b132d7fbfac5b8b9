package io.freshet.delta.table;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.LocaleEncoding;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
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
      FileSystem fileSystem = fileSystem(path, hadoopConf);
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

  /**
   * The file system of a log. The checksums that Hadoop keeps beside local files are left out:
   * whoever writes a file of the log anew by other means leaves an old one behind, with which the
   * file could not be read any more. What the log holds is JSON and Parquet, and is checked as
   * such.
   */
  static FileSystem fileSystem(Path path, Configuration hadoopConf) throws IOException {
    FileSystem found = path.getFileSystem(hadoopConf);
    return found instanceof LocalFileSystem local ? local.getRaw() : found;
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
      // What cannot be looked for is a file system's "no" to a local file's name, too.
      return StorageErrors.isLocal(fileSystem)
          ? status(commitFile(version)).isPresent()
          : fileSystem.isFile(commitFile(version));
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
      if (StorageErrors.isLocal(fileSystem)) {
        listLocal(listing);
      } else {
        RemoteIterator<FileStatus> files = fileSystem.listStatusIterator(log);
        while (files.hasNext()) {
          FileStatus file = files.next();
          listing.add(file.getPath().getName(), file.getModificationTime());
        }
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

  /** Hadoop's own listing leaves out what it cannot ask for its length. */
  private void listLocal(LogListing.Builder listing) throws IOException {
    try (DirectoryStream<java.nio.file.Path> files =
        Files.newDirectoryStream(java.nio.file.Path.of(log.toUri().getPath()))) {
      for (java.nio.file.Path file : files) {
        addLocal(listing, file);
      }
    } catch (NoSuchFileException e) {
      // There is no log.
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    } catch (InvalidPathException e) {
      throw new IOException(e);
    }
  }

  private static void addLocal(LogListing.Builder listing, java.nio.file.Path file)
      throws IOException {
    String name = file.getFileName().toString();
    if (LogFile.parse(name).isEmpty()) {
      return;
    }
    try {
      listing.add(name, Files.getLastModifiedTime(file).toMillis());
    } catch (NoSuchFileException e) {
      // Deleted since.
    }
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
      return Optional.of(statusNow(path, absence));
    }
  }

  /** It may have come between two looks. */
  private FileStatus statusNow(Path path, IOException otherwise) throws IOException {
    try {
      return fileSystem.getFileStatus(path);
    } catch (FileNotFoundException e) {
      throw otherwise;
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
