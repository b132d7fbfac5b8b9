package io.freshet.delta.table;

/**
 * A table's protocol and metadata.
 *
 * @param from the first version that they are known to hold at
 * @param to the last version that they are known to hold at
 */
record TableState(long from, long to, LogProtocol protocol, TableMetadata metadata) {
  boolean holdsAt(long version) {
    return from <= version && version <= to;
  }

  /** The same, known to hold up to {@code version} at most. */
  TableState upTo(long version) {
    return to <= version ? this : new TableState(from, version, protocol, metadata);
  }
}
