package io.freshet.delta.table;

/**
 * What tells a commit's file from another table's of the same version.
 *
 * @param millis its modification time
 * @param bytes its length
 * @param checksum CRC-32C of its content, which a copy of the table has, too
 */
record CommitStamp(long millis, long bytes, long checksum) {}
