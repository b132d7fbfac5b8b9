package io.freshet.changes;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.values.Row;

/**
 * The newest change of one key in a slice. It says what the key's vector shall be: that of {@code
 * row}, or none if the type is {@link ChangeType#DELETE}. Two conditions spare what is newer:
 * {@code cut} for deletes, {@code gone} for rows.
 *
 * @param lease the right to write it
 * @param number its number among the changes of the slice, from 0; outcomes are recorded by it
 * @param position where in the table's history it stands
 * @param type what happened
 * @param commitTimestamp when the commit was made; {@link #NO_COMMIT} for a row that is not written
 *     since its commit was followed: one of a snapshot, or one that is mended
 * @param eventTime when the event happened, if the table says so
 * @param key the key's text; empty if the column was null
 * @param row the projected columns
 * @param cut whether other slices hold other parts of the change's commit; if so, a delete spares a
 *     vector of this commit or a later one
 * @param gone rows of the key that the table has no longer. If there are any, {@code row} is the
 *     newest that is left, and is written only if the collection has no vector of the key, or that
 *     of one of these rows of an earlier commit
 * @param suspected whether an earlier attempt, long enough ago, found that Milvus refuses the
 *     change and takes others: found again, it is blamed
 * @param keyFault why the key cannot be stored, if that was found: then nothing is written. The
 *     change stays with the others all the same until its batch has outcomes: a way of its own
 *     would make a runner keep, or compute again, what both ways come from
 */
public record Change(
    Lease lease,
    int number,
    Position position,
    ChangeType type,
    Instant commitTimestamp,
    Optional<Instant> eventTime,
    Optional<String> key,
    Row row,
    boolean cut,
    List<Row> gone,
    boolean suspected,
    Optional<SkipReason> keyFault) {
  /** Of what is not a followed commit: nothing tells how long it took. */
  public static final Instant NO_COMMIT = Instant.EPOCH;

  public Change {
    gone = List.copyOf(gone);
  }

  /** A change whose key nobody has found fault with. */
  public Change(
      Lease lease,
      int number,
      Position position,
      ChangeType type,
      Instant commitTimestamp,
      Optional<Instant> eventTime,
      Optional<String> key,
      Row row,
      boolean cut,
      List<Row> gone,
      boolean suspected) {
    this(
        lease,
        number,
        position,
        type,
        commitTimestamp,
        eventTime,
        key,
        row,
        cut,
        gone,
        suspected,
        Optional.empty());
  }

  /** A change that nothing is suspected of. */
  public Change(
      Lease lease,
      int number,
      Position position,
      ChangeType type,
      Instant commitTimestamp,
      Optional<Instant> eventTime,
      Optional<String> key,
      Row row,
      boolean cut,
      List<Row> gone) {
    this(lease, number, position, type, commitTimestamp, eventTime, key, row, cut, gone, false);
  }

  /** A change without conditions. */
  public Change(
      Lease lease,
      int number,
      Position position,
      ChangeType type,
      Instant commitTimestamp,
      Optional<Instant> eventTime,
      Optional<String> key,
      Row row) {
    this(lease, number, position, type, commitTimestamp, eventTime, key, row, false, List.of());
  }

  /** The same change, whose key cannot be stored. */
  public Change withKeyFault(SkipReason fault) {
    return new Change(
        lease,
        number,
        position,
        type,
        commitTimestamp,
        eventTime,
        key,
        row,
        cut,
        gone,
        suspected,
        Optional.of(fault));
  }
}
