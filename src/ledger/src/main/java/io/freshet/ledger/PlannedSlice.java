package io.freshet.ledger;

import io.freshet.changes.Slice;

/**
 * A slice and what it was cut of.
 *
 * @param commits the digest of the commits that it was cut of, for those who read it: they must
 *     have found the same; empty if nothing is known of them
 */
public record PlannedSlice(Slice slice, String commits) {}
