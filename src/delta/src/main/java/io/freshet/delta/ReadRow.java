package io.freshet.delta;

import io.freshet.changes.ChangeType;
import io.freshet.changes.Position;
import java.time.Instant;

/** A row of the feed as it was read. */
@SuppressWarnings("ArrayRecordComponent") // Lives within one slice, compared by nobody.
record ReadRow(Position position, ChangeType type, Instant commitTimestamp, Object[] values) {}
