package io.freshet.delta.table;

import io.freshet.changes.FreshetException;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The image of the table that was looked at last in this JVM, carried on from commit to commit by
 * all that look at it. What it says is asked of the log itself before it counts: whether the commit
 * that it stands at still is there as it was.
 */
final class SharedImage {
  private static final Logger LOG = LoggerFactory.getLogger(SharedImage.class);

  /** Of more commits than that, a later checkpoint is read instead. */
  private static final long MOST_COMMITS = 1_000;

  private static SharedImage recent;

  private final LogFolder folder;
  private Optional<TableImage> image = Optional.empty();

  private SharedImage(LogFolder folder) {
    this.folder = folder;
  }

  static synchronized SharedImage of(LogFolder folder) {
    if (recent == null || !recent.folder.equals(folder)) {
      recent = new SharedImage(folder);
    }
    return recent;
  }

  /** Drops the image. */
  static synchronized void forget(LogFolder folder) {
    if (recent != null && recent.folder.equals(folder)) {
      recent = null;
    }
  }

  /** Whether another image would be of use. */
  synchronized boolean isOlderThan(long version) {
    return image.isEmpty() || image.get().version() < version;
  }

  /** From now on this image, unless there is a later one. */
  synchronized void offer(TableImage other) {
    if (isOlderThan(other.version())) {
      image = Optional.of(other);
    }
  }

  /** Protocol and metadata at {@code version} or before it; empty if that is not known. */
  synchronized Optional<TableState> stateBefore(long version) {
    return image
        .filter(known -> known.version() <= version && known.isSame())
        .flatMap(TableImage::state);
  }

  /** The files at {@code version}; empty if it takes less to rebuild the table. */
  synchronized Optional<FileList> files(long version) {
    return at(
        version,
        known -> {
          known.state().orElseThrow().protocol().requireKnown(folder.table().toString());
          return known.files();
        });
  }

  /** What {@code read} says of the image at {@code version}; empty as {@link #files} is. */
  synchronized <T> Optional<T> at(long version, Function<TableImage, T> read) {
    if (image.isEmpty() || image.get().version() > version || !isNear(version)) {
      return Optional.empty();
    }
    try {
      if (!image.get().isSame()) {
        image = Optional.empty();
        return Optional.empty();
      }
      image.get().advance(version);
    } catch (FreshetException e) {
      LOG.info("The files of {} are not followed any more: {}", folder.table(), e.getMessage());
      image = Optional.empty();
      return Optional.empty();
    }
    return image.filter(known -> known.state().isPresent()).map(read);
  }

  private boolean isNear(long version) {
    long known = image.get().version();
    if (version - known <= MOST_COMMITS) {
      return true;
    }
    return LogHead.of(folder).listing().checkpoints().before(version).orElse(known) <= known;
  }

  /** What {@code version} did; the image goes on by it if it stands before it. */
  synchronized FileChanges changes(long version, CommitReader commits) {
    if (image.isEmpty() || image.get().version() != version - 1 || !image.get().isSame()) {
      return commits.fileChanges(version);
    }
    try {
      return image.get().advanceByOne();
    } catch (FreshetException e) {
      image = Optional.empty();
      throw e;
    }
  }
}
