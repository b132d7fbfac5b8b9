package io.freshet.uservectors.verify;

import io.freshet.changes.ChangeType;
import io.freshet.delta.ChangeFeed;
import io.freshet.ledger.Cursor;
import java.util.Set;

/**
 * What the collection must hold.
 *
 * @param done the last version all of which is done
 * @param reach the last version that anything can have been written of
 * @param first the first version that the pipeline has followed, or the one whose snapshot it began
 *     with
 * @param followsAll whether changes of all types are followed; if not, the collection rightly holds
 *     rows that the table has no longer
 * @param followsDeletes whether deletes are
 * @param mayHoldOthers whether the collection was made elsewhere, and may hold keys of others
 * @param newestOnly whether a key must have the likeliest newest of its rows; if not, any that can
 *     be the newest will do
 */
record Rules(
    long done,
    long reach,
    long first,
    boolean followsAll,
    boolean followsDeletes,
    boolean mayHoldOthers,
    boolean newestOnly) {
  private static final long EVERY_VERSION = -1;
  private static final Set<ChangeType> ALL =
      Set.of(ChangeType.INSERT, ChangeType.UPDATE_POSTIMAGE, ChangeType.DELETE);

  /**
   * Rules for a pipeline.
   *
   * @param beginning where it started
   * @param whole whether it had been made equal to the table there
   */
  static Rules of(ChangeFeed feed, Cursor beginning, boolean whole, boolean adopted) {
    return new Rules(
        -1,
        -1,
        whole ? EVERY_VERSION : beginning.position().version(),
        feed.changeTypes().containsAll(ALL),
        feed.changeTypes().contains(ChangeType.DELETE),
        adopted,
        false);
  }

  /** Rules for a collection that may have missed changes before {@code version}. */
  static Rules ofSnapshot(ChangeFeed feed, long version, boolean mayHoldOthers) {
    Rules rules = of(feed, Cursor.changesFrom(version + 1), true, mayHoldOthers);
    return new Rules(
        version, version, rules.first, rules.followsAll, rules.followsDeletes, mayHoldOthers, true);
  }

  /** The same when all up to {@code version} is done. */
  Rules at(long version) {
    return new Rules(
        version, version, first, followsAll, followsDeletes, mayHoldOthers, newestOnly);
  }

  /** The same when nothing beyond {@code version} can have been written. */
  Rules upTo(long version) {
    return new Rules(
        done,
        Math.max(done, version),
        first,
        followsAll,
        followsDeletes,
        mayHoldOthers,
        newestOnly);
  }
}
