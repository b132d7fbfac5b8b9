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
 */
record Rules(
    long done,
    long reach,
    long first,
    boolean followsAll,
    boolean followsDeletes,
    boolean mayHoldOthers) {
  private static final Set<ChangeType> ALL =
      Set.of(ChangeType.INSERT, ChangeType.UPDATE_POSTIMAGE, ChangeType.DELETE);

  static Rules of(ChangeFeed feed, Cursor beginning, boolean adopted) {
    return new Rules(
        -1,
        -1,
        beginning.position().version(),
        feed.changeTypes().containsAll(ALL),
        feed.changeTypes().contains(ChangeType.DELETE),
        adopted);
  }

  /** The same when all up to {@code version} is done. */
  Rules at(long version) {
    return new Rules(version, version, first, followsAll, followsDeletes, mayHoldOthers);
  }

  /** The same when nothing beyond {@code version} can have been written. */
  Rules upTo(long version) {
    return new Rules(
        done, Math.max(done, version), first, followsAll, followsDeletes, mayHoldOthers);
  }
}
