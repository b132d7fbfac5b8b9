package io.freshet.uservectors.cli;

import io.freshet.changes.FailureCategory;
import io.freshet.uservectors.UserVectorsOptions;
import io.freshet.uservectors.UserVectorsOptions.OnLoss;
import java.util.Optional;

/** What a pipeline needs to go on and can do without, if the user says so. */
enum Loss {
  /** Changes that can no longer be read. */
  HISTORY,
  /** The collection. */
  COLLECTION;

  /** What a failure says is lost, if the options say that it shall be made up for. */
  static Optional<Loss> madeUpFor(FailureCategory failure, UserVectorsOptions options) {
    return switch (failure) {
      case HISTORY_LOST, FEED_OFF -> HISTORY.unlessFail(options.getOnLostHistory());
      case COLLECTION_LOST -> COLLECTION.unlessFail(options.getOnLostCollection());
      default -> Optional.empty();
    };
  }

  private Optional<Loss> unlessFail(OnLoss wish) {
    return wish == OnLoss.resync ? Optional.of(this) : Optional.empty();
  }
}
