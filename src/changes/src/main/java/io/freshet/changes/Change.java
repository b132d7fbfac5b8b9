package io.freshet.changes;

import java.time.Instant;
import java.util.Optional;
import org.apache.beam.sdk.values.Row;

/**
 * The newest change of one key in a slice. It says what the key's vector shall be: that of {@code
 * row}, or none if the type is {@link ChangeType#DELETE}.
 *
 * @param lease the right to write it
 * @param number its number among the changes of the slice, from 0; outcomes are recorded by it
 * @param position where in the table's history it stands
 * @param type what happened
 * @param commitTimestamp when the commit was made; for a row of a snapshot, when the snapshot's
 *     commit was
 * @param eventTime when the event happened, if the table says so
 * @param key the key's text; empty if the column was null
 * @param row the projected columns
 */
public record Change(
    Lease lease,
    int number,
    Position position,
    ChangeType type,
    Instant commitTimestamp,
    Optional<Instant> eventTime,
    Optional<String> key,
    Row row) {}
