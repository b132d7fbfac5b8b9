package io.freshet.runners.conformance.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.changes.Outcome;
import io.freshet.changes.Position;
import io.freshet.ledger.Cursor;
import io.freshet.ledger.SimulatedLedgers;
import io.freshet.runners.conformance.simulation.VirtualCollection.Stored;
import io.freshet.runners.conformance.simulation.VirtualTable.Flaw;
import io.freshet.runners.conformance.simulation.VirtualTable.Placed;
import io.freshet.runners.conformance.simulation.VirtualTable.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What must hold after each step, whatever happens. */
final class Laws {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Files of a ledger at rest, and while all sorts of things fail. */
  private static final int MOST_FILES_AT_REST = 40;

  private static final int MOST_FILES = 300;

  /** So many rows that Milvus refuses are told from its own faults without another one. */
  private static final int MOST_ALONE = 3;

  /** The record of slice 0. */
  private static final String START = "000000000000_";

  private static final String CONTROL_ROW = "freshet-control-" + VirtualMilvus.LEDGER_ID;

  private final VirtualTable table;
  private final Consumer<String> violation;
  private final long mostRows;
  private final Map<String, Set<Cursor>> ends = new TreeMap<>();
  private Optional<Cursor> cursor = Optional.empty();
  private boolean isBegun;
  private int restarts;
  private long base;
  private final Map<String, Long> bases = new HashMap<>();
  private final SortedMap<String, Standing> standings = new TreeMap<>();
  private String newest = "";
  private Cursor beginning = Cursor.changesFrom(0);

  /** What counted once a record was written. */
  private record Standing(int restarts, Cursor beginning, long base, Cursor cursor) {}

  Laws(VirtualTable table, long mostRows, Consumer<String> violation) {
    this.table = table;
    this.mostRows = mostRows;
    this.violation = violation;
  }

  /** How far the newest record is. */
  Optional<Cursor> cursor() {
    return cursor;
  }

  boolean isAtHead() {
    return cursor.isPresent() && cursor.get().position().version() >= table.head();
  }

  int restarts() {
    return restarts;
  }

  /** A file of the ledger has become whole. */
  void written(String file, byte[] bytes, int files, VirtualCollection own, int losses) {
    if (!SimulatedLedgers.isLedgerFile(file)) {
      violation.accept("The ledger does not know its own file " + file);
    }
    if (files > MOST_FILES) {
      violation.accept("The ledger has " + files + " files");
    }
    if (file.contains("_done_")) {
      done(file, json(bytes), own, losses);
    } else if (file.endsWith("_attempt")) {
      JsonNode slice = json(bytes).get("slice");
      List<Placed> rows =
          table.rows(
              slice.get("snapshot").asBoolean(),
              position(slice.get("from")),
              position(slice.get("to")));
      if (rows.size() > mostRows && !mayBeLonger(rows)) {
        violation.accept(
            file + " is a slice of " + rows.size() + " rows, at most " + mostRows + " fit");
      }
    }
  }

  /** Where all of a slice may be refused, it is tried together with what follows. */
  private static boolean mayBeLonger(List<Placed> rows) {
    return rows.stream().filter(placed -> isRefused(placed.row().flaw())).count() > MOST_ALONE;
  }

  private static boolean isRefused(Flaw flaw) {
    return flaw == Flaw.POISON || flaw == Flaw.UNCLEAR_POISON;
  }

  /** A file is gone. Who was not the owner any more takes its record back, and another counts. */
  void deleted(String file) {
    standings.remove(file);
    if (!file.equals(newest)) {
      return;
    }
    standings.entrySet().stream()
        .max(
            Comparator.<Map.Entry<String, Standing>>comparingInt(
                    entry -> entry.getValue().restarts())
                .thenComparing(Map.Entry::getKey))
        .ifPresent(
            entry -> {
              newest = entry.getKey();
              restarts = entry.getValue().restarts();
              beginning = entry.getValue().beginning();
              base = entry.getValue().base();
              cursor = Optional.of(entry.getValue().cursor());
            });
  }

  /** Whether a file is a record of a slice that has another, which ends elsewhere. */
  boolean isContradiction(String file) {
    return ends.getOrDefault(file.split("_", -1)[0], Set.of()).size() > 1
        && file.contains("_done_");
  }

  private void done(String file, JsonNode record, VirtualCollection own, int losses) {
    Cursor now = cursor(record.get("cursor"));
    ends.computeIfAbsent(file.split("_", -1)[0], slice -> new HashSet<>()).add(now);
    JsonNode restart = record.get("restart");
    int count = restart.get("count").asInt();
    if (file.startsWith(START)) {
      if (isBegun) {
        return; // A driver that slept while another had begun: nobody looks at it.
      }
      if (cursor.isEmpty() || compare(now, beginning) > 0) {
        beginning = now;
      }
    } else {
      isBegun = true;
    }
    if (count < restarts) {
      return; // One that slept while another started again.
    }
    if (count > 0) {
      restarts = count;
      beginning = cursor(restart.get("beginning"));
      // One that was not the owner any more has taken its own back: another has the same number.
      base = bases.computeIfAbsent(restart.toString(), first -> totalOf(record));
    }
    if (cursor.isEmpty() || compare(now, cursor.get()) > 0 || now.equals(beginning)) {
      cursor = Optional.of(now);
      newest = file;
      standings.put(file, new Standing(restarts, beginning, base, now));
    }
    long total = totalOf(record);
    long wanted = base + rowsUpTo(now).size();
    if (total != wanted) {
      violation.accept(
          file + " has outcomes of " + total + " rows, not of " + wanted + ", up to " + now);
    }
    if (count < losses) {
      return; // Nobody has noticed yet that the collection is gone.
    }
    Map<String, Row> rows = new TreeMap<>();
    rowsUpTo(now).forEach(placed -> rows.put(placed.row().key(), placed.row()));
    for (Row row : rows.values()) {
      if (row.isGood() && !holds(own, row)) {
        violation.accept(
            file + " says that all is done up to " + now + ", but not " + text(row) + " is");
      }
    }
  }

  private static long totalOf(JsonNode record) {
    JsonNode totals = record.get("totals");
    long total = totals.get("written").asLong() + totals.get("deleted").asLong();
    for (JsonNode skipped : totals.get("skipped")) {
      total += skipped.asLong();
    }
    return total;
  }

  private List<Placed> rowsUpTo(Cursor end) {
    if (!beginning.snapshot()) {
      return table.rows(false, beginning.position(), end.position());
    }
    List<Placed> rows = new ArrayList<>(table.rows(true, beginning.position(), end.position()));
    if (!end.snapshot()) {
      rows.addAll(
          table.rows(false, Position.startOf(beginning.position().version() + 1), end.position()));
    }
    return rows;
  }

  private static int compare(Cursor a, Cursor b) {
    int byPosition = a.position().compareTo(b.position());
    return byPosition != 0 ? byPosition : Boolean.compare(b.snapshot(), a.snapshot());
  }

  /** What a worker says of its changes. */
  void outcomes(List<Outcome> outcomes, List<Placed> changes, VirtualCollection own) {
    for (Outcome outcome : outcomes) {
      for (int number : outcome.numbers()) {
        Row row = changes.get(number).row();
        if (outcome instanceof Outcome.Written || outcome instanceof Outcome.Deleted) {
          if (!holds(own, row)) {
            violation.accept(text(row) + " is said to be written, and is not");
          }
          if (row.delete() != outcome instanceof Outcome.Deleted) {
            violation.accept(text(row) + " has the wrong kind of outcome");
          }
        } else if (outcome instanceof Outcome.Skipped skipped) {
          skipped(skipped, row, own);
        }
      }
    }
  }

  private void skipped(Outcome.Skipped skipped, Row row, VirtualCollection own) {
    boolean right =
        switch (skipped.reason()) {
          case REFUSED -> isRefused(row.flaw());
          case BAD_VECTOR -> row.flaw() == Flaw.BAD_VECTOR;
          case STILL_CURRENT -> row.delete() && holds(own, row);
          default -> false;
        };
    if (!right) {
      violation.accept(text(row) + " is skipped: " + skipped.reason() + ", " + skipped.detail());
    }
  }

  /** Whether the collection has taken a change, or a newer one of its key. */
  private static boolean holds(VirtualCollection own, Row row) {
    return own.newest(row.key()).map(newest -> newest.version() >= row.version()).orElse(false);
  }

  /** A change has reached a collection. */
  void applied(Row row, Optional<Row> newer) {
    newer.ifPresent(before -> violation.accept(text(row) + " came after " + text(before)));
  }

  /** Whether the ledger holds no more than it may at rest. */
  boolean isTidy(int files) {
    return files <= MOST_FILES_AT_REST;
  }

  /** At the end, when all is quiet. */
  void rest(VirtualCollection own, int files, List<String> names) {
    if (!isTidy(files)) {
      violation.accept(files + " files are left: " + names);
    }
    for (Row row : table.newest()) {
      Optional<Stored> stored = Optional.ofNullable(own.rows().get(row.key()));
      if (row.isGood()) {
        boolean right =
            row.delete()
                ? stored.isEmpty()
                : stored.map(there -> there.hash() == row.hash()).orElse(false);
        if (!right) {
          violation.accept("At the end the collection has " + stored + " for " + text(row));
        }
      } else if (stored.isPresent() && stored.get().hash() >= row.hash()) {
        violation.accept("At the end the collection has " + stored + " for the bad " + text(row));
      }
    }
    for (String key : own.rows().keySet()) {
      // The row of a process that was killed while it probed is deleted by a thread beside the
      // writers.
      if (!key.equals(CONTROL_ROW)
          && table.newest().stream().noneMatch(row -> row.key().equals(key))) {
        violation.accept("At the end the collection has " + key + ", which is no key of the table");
      }
    }
  }

  static String text(Row row) {
    return (row.delete() ? "-" : "")
        + row.key()
        + "@"
        + row.version()
        + (row.isGood() ? "" : "(" + row.flaw() + ")");
  }

  private static JsonNode json(byte[] bytes) {
    try {
      return JSON.readTree(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Cursor cursor(JsonNode node) {
    return new Cursor(node.get("snapshot").asBoolean(), position(node.get("position")));
  }

  private static Position position(JsonNode node) {
    return new Position(
        node.get("version").asLong(), node.get("unit").asInt(), node.get("row").asLong());
  }
}
