package io.freshet.delta.table;

import java.time.Instant;
import java.util.List;

/**
 * The table as it is at one version.
 *
 * @param version the version
 * @param timestamp when that version was committed
 * @param files the table's files, ordered by modification time, then by path: the same order at
 *     every call. The list is immutable and makes its elements as they are asked for, so as to be
 *     small
 */
public record TableSnapshot(long version, Instant timestamp, List<DataUnit> files) {}
