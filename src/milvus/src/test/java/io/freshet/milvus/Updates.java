package io.freshet.milvus;

import io.freshet.changes.Change;
import io.freshet.changes.ChangeType;
import io.freshet.changes.Lease;
import io.freshet.changes.OptionAtFault;
import io.freshet.changes.Outcome;
import io.freshet.changes.Position;
import io.freshet.changes.Reject;
import io.freshet.changes.SkipReason;
import io.freshet.changes.VectorBatch;
import io.freshet.changes.VectorUpdate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/** Makes updates of commit 7 for tests. */
final class Updates {
  static final Schema SCHEMA = Schema.builder().build();
  static final Instant COMMITTED = Instant.parse("2026-05-01T10:00:00Z");
  static final int DIMENSION = 4;

  private static final Row ROW = Row.withSchema(SCHEMA).build();

  private Updates() {}

  static VectorUpdate upsert(Lease lease, int number, String key, float... vector) {
    return new VectorUpdate(change(lease, number, ChangeType.INSERT, key), 1000L + number, vector);
  }

  static VectorUpdate delete(Lease lease, int number, String key) {
    return new VectorUpdate(change(lease, number, ChangeType.DELETE, key), 0, new float[0]);
  }

  /** A delete of a commit that other slices hold other parts of. */
  static VectorUpdate deleteOfCut(Lease lease, int number, String key) {
    return new VectorUpdate(
        change(lease, number, ChangeType.DELETE, key, true, List.of()), 0, new float[0]);
  }

  /** What is left of a key after rows of these hashes have gone. */
  static VectorUpdate left(Lease lease, int number, String key, long... goneHashes) {
    Change change = change(lease, number, ChangeType.UPDATE_POSTIMAGE, key, false, List.of(ROW));
    return new VectorUpdate(change, 1000L + number, new float[] {1, 0, 0, 0}, goneHashes);
  }

  /** The same update, of which an earlier attempt has seen that it is refused. */
  static VectorUpdate suspected(VectorUpdate update) {
    Change change = update.change();
    return with(update, change.position(), change.commitTimestamp(), true);
  }

  /** The same update of a commit at another time. */
  static VectorUpdate committedAt(Instant time, VectorUpdate update) {
    Change change = update.change();
    return with(update, change.position(), time, change.suspected());
  }

  /** The same update of another commit. */
  static VectorUpdate of(long commit, VectorUpdate update) {
    Change change = update.change();
    return with(
        update,
        new Position(commit, 0, change.number()),
        change.commitTimestamp(),
        change.suspected());
  }

  private static VectorUpdate with(
      VectorUpdate update, Position position, Instant commitTimestamp, boolean suspected) {
    Change change = update.change();
    Change other =
        new Change(
            change.lease(),
            change.number(),
            position,
            change.type(),
            commitTimestamp,
            change.eventTime(),
            change.key(),
            change.row(),
            change.cut(),
            change.gone(),
            suspected);
    return new VectorUpdate(other, update.rowHash(), update.vector(), update.goneHashes());
  }

  /** Upserts of keys that are {@code prefix} and a number, each with a vector of its own. */
  static VectorBatch upserts(Lease lease, String prefix, int count) {
    return new VectorBatch(
        IntStream.range(0, count).mapToObj(i -> upsert(lease, i, prefix + i, i, 1, 0, 0)).toList());
  }

  static VectorBatch batch(VectorUpdate... updates) {
    return new VectorBatch(List.copyOf(Arrays.asList(updates)));
  }

  /** What becomes of changes that the collection's rows need not give way to. */
  static Outcome stillCurrent(Lease lease, Integer... numbers) {
    return new Outcome.Skipped(
        lease,
        List.of(numbers),
        SkipReason.STILL_CURRENT,
        "the collection holds another row of the key, which the table has");
  }

  /** What becomes of changes that cannot be written, the first of which has that key. */
  static Outcome rejected(
      Lease lease,
      List<Integer> numbers,
      SkipReason reason,
      String detail,
      String key,
      OptionAtFault option) {
    return new Outcome.Skipped(
        lease,
        numbers,
        reason,
        detail,
        Optional.of(new Reject(numbers.get(0), "'" + key + "'", option)));
  }

  private static Change change(Lease lease, int number, ChangeType type, String key) {
    return change(lease, number, type, key, false, List.of());
  }

  private static Change change(
      Lease lease, int number, ChangeType type, String key, boolean cut, List<Row> gone) {
    return new Change(
        lease,
        number,
        new Position(7, 0, number),
        type,
        COMMITTED,
        Optional.of(COMMITTED.minusSeconds(2)),
        Optional.of(key),
        ROW,
        cut,
        gone);
  }
}
