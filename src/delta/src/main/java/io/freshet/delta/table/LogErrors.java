package io.freshet.delta.table;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.util.OptionalLong;
import org.apache.hadoop.fs.Path;

/** What can be wrong with a version of a table, in words. */
final class LogErrors {
  private final Path table;

  LogErrors(Path table) {
    this.table = table;
  }

  /** A version that the table has not reached. */
  FreshetException notYet(long version, long latest) {
    return new FreshetException(
        FailureCategory.OPTION,
        "%s has no version %d; its latest is %d".formatted(table, version, latest));
  }

  /** Versions that were there are there no more, and no later ones either. */
  FreshetException wentBack(long version, long latest) {
    return new FreshetException(
        FailureCategory.TABLE_REPLACED,
        "%s had version %d, but its latest is %d now: another table, or an older copy, has taken its place; start anew with a snapshot and a new ledger"
            .formatted(table, version, latest));
  }

  /** Another table has the versions that this one had. */
  FreshetException replaced(long version, String id, String now) {
    return new FreshetException(
        FailureCategory.TABLE_REPLACED,
        "%s had the id %s when version %d was read, and has the id %s now: another table has taken its place; start anew with a snapshot and a new ledger"
            .formatted(table, id, version, now));
  }

  /** A commit that was read is there no more, or another one is. */
  FreshetException notAsItWas(long version) {
    return new FreshetException(
        FailureCategory.STORAGE_UNAVAILABLE,
        "Version %d of %s is not what it was a moment ago: its file was written again, or another table is there; it is read again"
            .formatted(version, table));
  }

  /** A commit made while the feed was off; {@code onFrom} is the next that was not. */
  FreshetException feedOff(long version, OptionalLong onFrom) {
    String wayOut =
        onFrom.isPresent()
            ? "start at version %d or later, or with a snapshot".formatted(onFrom.getAsLong())
            : "set delta.enableChangeDataFeed=true and start at a later version";
    return new FreshetException(
        FailureCategory.FEED_OFF,
        "Change data feed is not enabled at version %d of %s; %s"
            .formatted(version, table, wayOut));
  }

  /** A version that cannot be read any more, by what the listing shows. */
  FreshetException historyLost(long version, LogListing listing) {
    OptionalLong oldest = listing.oldestRebuildable();
    if (oldest.isPresent() && version >= oldest.getAsLong()) {
      return new FreshetException(
          FailureCategory.HISTORY_LOST,
          "Version %d is missing from the log of %s, which goes from %d to %d; restore its file, or"
                  .formatted(
                      version,
                      table,
                      listing.oldestCommit().getAsLong(),
                      listing.latestCommit().getAsLong())
              + " start at a later version or with a snapshot");
    }
    String wayOut =
        oldest.isPresent()
            ? "the oldest version that can is %d: start there or later, or"
                .formatted(oldest.getAsLong())
            : "start";
    return new FreshetException(
        FailureCategory.HISTORY_LOST,
        "Version %d of %s can no longer be read, the log was cleaned up; %s with a snapshot, and see"
                .formatted(version, table, wayOut)
            + " delta.logRetentionDuration");
  }
}
