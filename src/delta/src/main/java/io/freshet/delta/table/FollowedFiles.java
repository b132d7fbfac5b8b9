package io.freshet.delta.table;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;

/**
 * A table's live files, its protocol and its metadata, carried from commit to commit. What is known
 * at a version can be written, so that another start need not read the log before that. Not safe
 * for use by several threads at once.
 */
public final class FollowedFiles {
  private final TableImage image;

  private FollowedFiles(TableImage image) {
    this.image = image;
  }

  /**
   * The files of {@code version}, -1 before the first commit; empty if they changed while they were
   * read, or the log has no file of that commit any more. Throws as {@link TableLog#snapshot} does.
   */
  public static Optional<FollowedFiles> at(TableLog log, long version) {
    return log instanceof DeltaTableLog delta
        ? delta.image(version).map(FollowedFiles::new)
        : Optional.empty();
  }

  /**
   * Reads what was written; empty if the table at that address is another one, if it has the commit
   * of that version no more, or if another version of Freshet wrote it.
   */
  public static Optional<FollowedFiles> read(
      String tableUri, Configuration hadoopConf, DataInput in) throws IOException {
    return ImageCoder.read(LogFolder.at(tableUri, hadoopConf), in).map(FollowedFiles::new);
  }

  /** Whether the table has the commit that this stands at; asked once after reading. */
  public boolean isOfTheTable() {
    return image.isThere();
  }

  /** Writes what is known at this version. */
  public void write(DataOutput out) throws IOException {
    ImageCoder.write(image, out);
  }

  /** The version that this stands at. */
  public long version() {
    return image.version();
  }

  /** The live files, in the order of a snapshot and of what is written. */
  public List<DataUnit> files() {
    return image.files();
  }

  /**
   * Goes on to version {@code to}. After a failure this is of no use any more. Throws as {@link
   * TableLog#fileChanges} does, and {@code STORAGE_UNAVAILABLE} if another table was there.
   *
   * @param changes takes what each commit did
   */
  public void advance(long to, Consumer<FileChanges> changes) {
    image.advanceWith(to, changes);
  }

  /** From now on all that look at this table in this JVM go on from here. */
  public void share() {
    SharedImage.of(image.folder()).offer(image.copy());
  }

  /** Drops what is known of the table in this JVM. */
  public static void forget(String tableUri, Configuration hadoopConf) {
    LogFolder folder = LogFolder.at(tableUri, hadoopConf);
    LogHead.forget(folder);
    SharedImage.forget(folder);
  }

  /** Whether something is known of the table in this JVM already. */
  public static boolean isShared(String tableUri, Configuration hadoopConf) {
    return !SharedImage.of(LogFolder.at(tableUri, hadoopConf)).isOlderThan(0);
  }
}
