package io.freshet.uservectors.cli;

import io.freshet.changes.FailureCategory;
import io.freshet.uservectors.UserVectorsOptions;
import io.freshet.uservectors.UserVectorsOptions.OnLoss;
import java.util.Optional;

/** What a pipeline needs to go on and can do without, if the user says so. */
enum Loss {
  /** Changes that can no longer be read, or that were read and are others now. */
  HISTORY,
  /** The log that was followed: another one is at the table's address. */
  TABLE,
  /** The collection. */
  COLLECTION;

  /** What a failure says is lost. */
  static Optional<Loss> of(FailureCategory failure) {
    return switch (failure) {
      case HISTORY_LOST, FEED_OFF, COMMIT_CHANGED, SCHEMA, TABLE_UNSUPPORTED, CORRUPT_FILE ->
          Optional.of(HISTORY);
      case TABLE_REPLACED -> Optional.of(TABLE);
      case COLLECTION_LOST -> Optional.of(COLLECTION);
      default -> Optional.empty();
    };
  }

  /** Whether a failure says that what was there is not, and may be again in a moment. */
  static boolean isGone(FailureCategory failure) {
    return failure == FailureCategory.HISTORY_LOST
        || failure == FailureCategory.FEED_OFF
        || failure == FailureCategory.COMMIT_CHANGED;
  }

  /** Whether the user wants to go on without it. */
  boolean isMadeUpFor(UserVectorsOptions options) {
    OnLoss wish =
        switch (this) {
          case HISTORY, TABLE -> options.getOnLostHistory();
          case COLLECTION -> options.getOnLostCollection();
        };
    return wish == OnLoss.resync;
  }

  /** What to set for that. */
  String wayOut() {
    return switch (this) {
      case HISTORY ->
          "--onLostHistory=resync compares the table as it is now with the collection, mends what differs, and goes on from there";
      case TABLE ->
          "--onLostHistory=resync takes the table that is there now in its place, compares it with"
              + " the collection, mends what differs, deletes what is left over, and goes on from"
              + " there";
      case COLLECTION ->
          "--onLostCollection=resync makes it again from the table as it is now, and goes on from there";
    };
  }
}
