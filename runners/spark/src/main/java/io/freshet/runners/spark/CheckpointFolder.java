package io.freshet.runners.spark;

import java.io.IOException;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder that Spark Streaming wants for its checkpoints: a fresh one for each start, since
 * progress is the ledger's and a checkpoint of another jar cannot be read. What earlier drivers
 * have left, because they were killed, is removed first; the ledger makes sure that they hand out
 * nothing any more.
 */
final class CheckpointFolder {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointFolder.class);
  private static final String PREFIX = "spark-checkpoint-";

  private final FileSystem fileSystem;
  private final Path folder;

  private CheckpointFolder(FileSystem fileSystem, Path folder) {
    this.fileSystem = fileSystem;
    this.folder = folder;
  }

  /** A new folder in {@code parent}, which may be that of a ledger; not made yet. */
  static CheckpointFolder in(String parent, Configuration hadoopConf) throws IOException {
    Path path = new Path(parent);
    FileSystem fileSystem = path.getFileSystem(hadoopConf);
    Path qualified = fileSystem.makeQualified(path);
    if (fileSystem.exists(qualified)) {
      for (FileStatus status : fileSystem.listStatus(qualified)) {
        if (status.isDirectory() && status.getPath().getName().startsWith(PREFIX)) {
          fileSystem.delete(status.getPath(), true);
        }
      }
    }
    return new CheckpointFolder(fileSystem, new Path(qualified, PREFIX + UUID.randomUUID()));
  }

  String uri() {
    return folder.toString();
  }

  /** Removes it. One that cannot be removed is left to the next start. */
  void remove() {
    try {
      fileSystem.delete(folder, true);
    } catch (IOException | RuntimeException | FSError e) {
      LOG.warn("The checkpoint folder {} is left to the next start", folder, e);
    }
  }
}
