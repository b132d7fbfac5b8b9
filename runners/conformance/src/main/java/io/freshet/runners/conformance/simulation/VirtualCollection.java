package io.freshet.runners.conformance.simulation;

import io.freshet.runners.conformance.simulation.VirtualTable.Row;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A collection; it remembers the newest change of each key that it has ever taken. */
final class VirtualCollection {
  /** A row: its commit version, and what says which row of the table it was made of. */
  record Stored(long commitVersion, long hash) {}

  private final long id;
  private final String ledgerId;
  private final Map<String, Stored> rows = new TreeMap<>();
  private final Map<String, Row> newest = new TreeMap<>();

  VirtualCollection(long id, String ledgerId) {
    this.id = id;
    this.ledgerId = ledgerId;
  }

  long id() {
    return id;
  }

  String ledgerId() {
    return ledgerId;
  }

  Map<String, Stored> rows() {
    return rows;
  }

  /** Takes a change; what was newer before, if anything was. */
  Optional<Row> apply(Row row, long commitVersion) {
    Row before = newest.get(row.key());
    if (row.delete()) {
      rows.remove(row.key());
    } else {
      rows.put(row.key(), new Stored(commitVersion, row.hash()));
    }
    if (before != null && before.version() > row.version()) {
      return Optional.of(before);
    }
    newest.put(row.key(), row);
    return Optional.empty();
  }

  /** The newest change of a key that it has taken. */
  Optional<Row> newest(String key) {
    return Optional.ofNullable(newest.get(key));
  }
}
