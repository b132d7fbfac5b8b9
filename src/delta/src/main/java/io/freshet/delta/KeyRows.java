package io.freshet.delta;

import io.freshet.changes.ChangeType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The rows that one key has in a slice. Rows come in the order of their positions. */
final class KeyRows {
  private final Comparator<ReadRow> age;
  private final List<ReadRow> present = new ArrayList<>(1);
  private List<ReadRow> gone = List.of();

  /**
   * No rows yet.
   *
   * @param age says which of two rows is the newer one
   */
  KeyRows(Comparator<ReadRow> age) {
    this.age = age;
  }

  /** Adds a row that the table has after its commit. */
  void addPresent(ReadRow row) {
    present.add(row);
  }

  /** Adds a row that the table had before its commit. */
  void addGone(ReadRow row) {
    if (gone.isEmpty()) {
      gone = new ArrayList<>(1);
    }
    gone.add(row);
  }

  /** Forgets the rows that the table has after their commits: an earlier slice had a newer one. */
  void dropPresent() {
    present.clear();
  }

  /** Forgets the rows that went away with that version: an earlier slice had a new one of it. */
  void dropGoneOf(long version) {
    if (hasGoneOf(version)) {
      gone.removeIf(row -> row.position().version() == version);
    }
  }

  /** Whether a row went away with that version. */
  boolean hasGoneOf(long version) {
    return gone.stream().anyMatch(row -> row.position().version() == version);
  }

  /** How many they are, those before an update aside. */
  int count() {
    return Math.max(1, present.size() + gone.size() - preimages());
  }

  /** How many of {@link #gone()} an update has replaced. */
  int preimages() {
    return (int) gone.stream().filter(row -> row.type() == ChangeType.UPDATE_PREIMAGE).count();
  }

  boolean isEmpty() {
    return present.isEmpty() && gone.isEmpty();
  }

  /** The rows that the table had after their commits. */
  List<ReadRow> present() {
    return present;
  }

  /** The newest of {@link #present()}. */
  Optional<ReadRow> newest() {
    return present.stream().max(age);
  }

  /** The rows that the table had before their commits. */
  List<ReadRow> gone() {
    return gone;
  }

  /** The last of {@link #gone()}; there must be one. */
  ReadRow lastGone() {
    return gone.get(gone.size() - 1);
  }

  /** Whether the commit of the newest row, or an earlier one, is the last that took a row away. */
  boolean newestIsLeft() {
    return gone.isEmpty()
        || newest()
            .map(row -> row.position().version() >= lastGone().position().version())
            .orElse(false);
  }

  /** The newest row of the newest commit, and how many others that commit has. */
  int othersInNewestCommit() {
    long version = newest().map(row -> row.position().version()).orElse(-1L);
    return (int)
        Math.max(0, present.stream().filter(r -> r.position().version() == version).count() - 1);
  }
}
