package io.freshet.runners.conformance.simulation;

import io.freshet.changes.ChangeType;
import io.freshet.changes.Position;
import io.freshet.changes.SkipReason;
import io.freshet.changes.Slice;
import io.freshet.ledger.Cursor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A table of unique keys, cut into slices and numbered as the real one is: in a commit the upserts
 * come first, then the deletes.
 */
final class VirtualTable {
  /** What is wrong with a row. */
  enum Flaw {
    NONE,
    /** Milvus refuses it, and says so. */
    POISON,
    /** Milvus refuses it with a code that may mean anything. */
    UNCLEAR_POISON,
    /** Its vector holds a NaN. */
    BAD_VECTOR
  }

  /**
   * A row of the change data feed.
   *
   * @param version the commit that it came with
   */
  record Row(String key, long version, boolean delete, Flaw flaw) {
    boolean isGood() {
      return flaw == Flaw.NONE;
    }

    long hash() {
      return version * 2 + (delete ? 1 : 0);
    }
  }

  /** A row and where it is read. */
  record Placed(Position position, Row row) {
    ChangeType type() {
      return row.delete() ? ChangeType.DELETE : ChangeType.INSERT;
    }
  }

  /** What a slice holds. */
  record Read(long rows, Map<SkipReason, Long> skipped, List<Placed> changes) {}

  private final List<List<Placed>> commits = new ArrayList<>();
  private final Map<Long, List<Placed>> snapshots = new TreeMap<>();
  private final Map<String, Row> newest = new TreeMap<>();

  long head() {
    return commits.size();
  }

  Collection<Row> newest() {
    return newest.values();
  }

  void commit(List<Row> rows) {
    List<Placed> placed = new ArrayList<>();
    long version = head();
    for (int unit = 0; unit < 2; unit++) {
      int row = 0;
      for (Row each : rows) {
        if (each.delete() == (unit == 1)) {
          placed.add(new Placed(new Position(version, unit, row++), each));
        }
      }
    }
    commits.add(placed);
    rows.forEach(row -> newest.put(row.key(), row));
  }

  /** The rows that the table has at a version, one for each key. */
  List<Placed> snapshot(long version) {
    return snapshots.computeIfAbsent(
        version,
        v -> {
          Map<String, Row> live = new TreeMap<>();
          for (int i = 0; i <= v; i++) {
            for (Placed placed : commits.get(i)) {
              if (placed.row().delete()) {
                live.remove(placed.row().key());
              } else {
                live.put(placed.row().key(), placed.row());
              }
            }
          }
          List<Placed> placed = new ArrayList<>();
          for (Row row : live.values()) {
            placed.add(new Placed(new Position(v, 0, placed.size()), row));
          }
          return placed;
        });
  }

  Optional<Slice> plan(Cursor from, long maxRows) {
    Position start = from.position();
    if (start.version() >= head()) {
      return Optional.empty();
    }
    if (from.snapshot()) {
      int size = snapshot(start.version()).size();
      long end = start.row() + maxRows;
      Position to =
          end >= size
              ? Position.startOf(start.version() + 1)
              : new Position(start.version(), 0, end);
      return Optional.of(new Slice(true, start, to));
    }
    long left = maxRows;
    Position end = start;
    while (end.version() < head() && left > 0) {
      List<Placed> rest = from(end);
      if (rest.size() > left) {
        if (end.equals(start)) {
          end = rest.get((int) left).position();
        }
        break;
      }
      left -= rest.size();
      end = Position.startOf(end.version() + 1);
    }
    return Optional.of(new Slice(false, start, end));
  }

  private List<Placed> from(Position start) {
    return commits.get((int) start.version()).stream()
        .filter(placed -> placed.position().compareTo(start) >= 0)
        .toList();
  }

  Read read(Slice slice) {
    List<Placed> rows = rows(slice.snapshot(), slice.from(), slice.to());
    Map<String, Placed> byKey = new TreeMap<>();
    rows.forEach(row -> byKey.put(row.row().key(), row));
    List<Placed> changes = new ArrayList<>(byKey.values());
    changes.sort(Comparator.comparing(Placed::position));
    return new Read(
        rows.size(),
        rows.size() == changes.size()
            ? Map.of()
            : Map.of(SkipReason.SUPERSEDED, (long) rows.size() - changes.size()),
        changes);
  }

  /** The rows of a run, in order. */
  List<Placed> rows(boolean snapshot, Position from, Position to) {
    List<Placed> rows = new ArrayList<>();
    if (snapshot) {
      for (Placed placed : snapshot(from.version())) {
        if (placed.position().compareTo(from) >= 0 && placed.position().compareTo(to) < 0) {
          rows.add(placed);
        }
      }
      return rows;
    }
    for (long version = from.version(); version < head() && version <= to.version(); version++) {
      for (Placed placed : commits.get((int) version)) {
        if (placed.position().compareTo(from) >= 0 && placed.position().compareTo(to) < 0) {
          rows.add(placed);
        }
      }
    }
    return rows;
  }

  /** The row that a key has got in a version, if any. */
  Optional<Row> row(String key, long hash) {
    long version = hash / 2;
    if (version < 0 || version >= head()) {
      return Optional.empty();
    }
    return commits.get((int) version).stream()
        .map(Placed::row)
        .filter(row -> row.key().equals(key))
        .findFirst();
  }
}
