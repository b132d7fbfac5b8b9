package io.freshet.delta;

import io.freshet.changes.FreshetException;
import io.freshet.changes.Slice;
import io.freshet.delta.table.LogDigest;
import io.freshet.ledger.Anchor;
import io.freshet.ledger.PlannedSlice;
import io.freshet.ledger.ReadCommit;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads of the table that the ledger is of, and of no other: whatever was read counts only if
 * afterwards the commits are there that it was read of, after the one that is done. What fails is
 * the table's failure only if the table is there, and fails twice.
 */
final class AnchoredReading {
  private static final Map.Entry<String, String> NOTHING = Map.entry("", "");

  private final TableUnits units;
  private final SameTable same;
  private final Runnable forget;

  /** What reads the table. */
  @FunctionalInterface
  interface Reading<T, X extends Exception> {
    T read() throws X;
  }

  /**
   * What was read, and of which commits.
   *
   * @param commits digests by version
   * @param files of the commits that were read as such
   */
  record Read<T>(
      T value, NavigableMap<Long, String> commits, NavigableMap<Long, ReadCommit> files) {
    /** The digest of the commits of a slice; empty if one of them is not known. */
    String commits(Slice slice) {
      var ofSlice = commits.subMap(slice.from().version(), true, slice.lastVersion(), true);
      return ofSlice.isEmpty() || ofSlice.containsValue("")
          ? ""
          : LogDigest.ofAll(ofSlice.values());
    }

    /** What a slice was cut of, and what was read; the same where one is not known. */
    private Map.Entry<String, String> comparedWith(PlannedSlice planned) {
      String found = commits(planned.slice());
      return planned.commits().isEmpty() || found.isEmpty()
          ? NOTHING
          : Map.entry(planned.commits(), found);
    }

    /** The files of the commits of a slice. */
    List<ReadCommit> files(Slice slice) {
      return List.copyOf(
          files.subMap(slice.from().version(), true, slice.lastVersion(), true).values());
    }

    /** The last commit of a slice. */
    Anchor last(Slice slice) {
      return new Anchor(slice.lastVersion(), commits.getOrDefault(slice.lastVersion(), ""));
    }
  }

  /**
   * Reads through {@code units}.
   *
   * @param forget drops all that is kept of the table between two readings
   */
  AnchoredReading(TableUnits units, SameTable same, Runnable forget) {
    this.units = units;
    this.same = same;
    this.forget = forget;
  }

  /** Reads what follows {@code after}. Throws as {@link SameTable#require} and the reading do. */
  <T, X extends Exception> Read<T> read(Anchor after, Reading<T, X> reading) throws X {
    return read(after, Optional.empty(), reading);
  }

  /** Reads a slice, which must be what it was cut of. Throws likewise. */
  <T, X extends Exception> Read<T> read(Anchor after, PlannedSlice planned, Reading<T, X> reading)
      throws X {
    return read(after, Optional.of(planned), reading);
  }

  private <T, X extends Exception> Read<T> read(
      Anchor after, Optional<PlannedSlice> planned, Reading<T, X> reading) throws X {
    try {
      return readOnce(after, planned, reading);
    } catch (FreshetException e) {
      if (!e.category().stopsPipeline()) {
        throw e;
      }
      same.require(after, new TreeMap<>(), NOTHING);
    }
    // A table that was away meanwhile fails no more.
    try {
      return readOnce(after, planned, reading);
    } catch (FreshetException e) {
      if (e.category().stopsPipeline()) {
        same.require(after, new TreeMap<>(), NOTHING);
      }
      throw e;
    }
  }

  private <T, X extends Exception> Read<T> readOnce(
      Anchor after, Optional<PlannedSlice> planned, Reading<T, X> reading) throws X {
    boolean whole = false;
    units.beginReading();
    try {
      T value = reading.read();
      Read<T> read = new Read<>(value, units.commitsRead(), units.filesRead());
      same.require(after, read.commits(), planned.map(read::comparedWith).orElse(NOTHING));
      whole = true;
      return read;
    } finally {
      if (!whole) {
        forget.run();
      }
    }
  }

  /**
   * Throws unless what was read is still there, and is what the slice was cut of; as {@link
   * SameTable#require} does.
   */
  void requireStillThere(Anchor after, Read<?> read, PlannedSlice planned) {
    try {
      same.require(after, read.commits(), read.comparedWith(planned));
    } catch (FreshetException e) {
      forget.run();
      throw e;
    }
  }
}
