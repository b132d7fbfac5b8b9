package io.freshet.delta.table;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rebuilds a table from its log (Delta protocol, section <i>Action Reconciliation</i>): of the
 * newest checkpoint that can be read, and the commits after it. Nothing else in the log is read:
 * {@code _last_checkpoint}, compacted commits and checksum files only save time, and who trusts
 * them may find another table than the commits say.
 */
final class TableRebuild {
  private static final Logger LOG = LoggerFactory.getLogger(TableRebuild.class);

  private final LogFolder folder;
  private final LogListing listing;
  private Optional<FreshetException> bad = Optional.empty();

  TableRebuild(LogFolder folder, LogListing listing) {
    this.folder = folder;
    this.listing = listing;
  }

  /**
   * The table at a version that can be rebuilt, by the listing.
   *
   * @throws FreshetException {@code HISTORY_LOST} if a commit is gone, {@code CORRUPT_FILE} if a
   *     checkpoint that is needed cannot be read; it names the file
   */
  TableImage at(long version) {
    OptionalLong checkpoint = listing.checkpoints().before(version);
    while (checkpoint.isPresent()) {
      long known = checkpoint.getAsLong();
      Optional<TableImage> image =
          read(known, names -> CheckpointReader.image(folder, known, names));
      if (image.isPresent()) {
        return advanced(image.get(), version);
      }
      checkpoint = listing.checkpoints().before(known - 1);
    }
    return advanced(TableImage.empty(folder), version);
  }

  /** What is read of the checkpoint of a version; empty if none of its forms can be read. */
  <T> Optional<T> read(long version, Function<List<String>, T> reading) {
    for (List<String> names : listing.checkpoints().forms(version)) {
      try {
        return Optional.of(reading.apply(names));
      } catch (FreshetException e) {
        if (e.category() != FailureCategory.CORRUPT_FILE
            && e.category() != FailureCategory.HISTORY_LOST) {
          throw e;
        }
        LOG.warn("An older checkpoint or the commits are read instead: {}", e.getMessage());
        bad = bad.or(() -> Optional.of(e));
      }
    }
    return Optional.empty();
  }

  /** Where commits are gone too, the checkpoint is what is wrong with the table. */
  FreshetException blamed(FreshetException lost) {
    if (lost.category() != FailureCategory.HISTORY_LOST || bad.isEmpty()) {
      return lost;
    }
    bad.get().addSuppressed(lost);
    return bad.get();
  }

  private TableImage advanced(TableImage image, long version) {
    try {
      image.advance(version);
    } catch (FreshetException e) {
      throw blamed(e);
    }
    image
        .state()
        .orElseThrow(() -> blamed(new LogErrors(folder.table()).historyLost(version, listing)))
        .protocol()
        .requireKnown(folder.table().toString());
    return image;
  }
}
