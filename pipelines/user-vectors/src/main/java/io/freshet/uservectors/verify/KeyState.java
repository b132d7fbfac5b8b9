package io.freshet.uservectors.verify;

import io.freshet.delta.RowDate;
import io.freshet.milvus.StoredRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the table holds of one key, beside what the collection does. Of rows whose commit the log
 * tells, the newest is known: by version, then by order, then by place. Rows that a compaction or a
 * rewrite has put together are of one version out of several: all that can be the newest count as
 * such. Only those are held, so that a key of many rows takes little memory.
 */
final class KeyState {
  private final Optional<StoredRow> stored;
  private final RowAges ages;
  private final Comparator<TableRow> age;
  private final Map<Span, Map<OptionalLong, TableRow>> undated = new HashMap<>(2);
  private List<TableRow> changed = List.of();
  private Optional<TableRow> dated = Optional.empty();
  private Optional<TableRow> lookedUp = Optional.empty();
  private long newestFrom = Long.MIN_VALUE;
  private boolean hasUnfollowed;

  private record Span(long from, long to) {}

  KeyState(RowAges ages, Optional<StoredRow> stored) {
    this.stored = stored;
    this.ages = ages;
    this.age = ages.age();
  }

  Optional<StoredRow> stored() {
    return stored;
  }

  /** Adds a row of a change file; all of these come first. */
  void addChanged(TableRow row) {
    if (changed.isEmpty()) {
      changed = new ArrayList<>(1);
    }
    changed.add(row);
  }

  /** Adds a row that the table holds. */
  void addLive(TableRow live) {
    TableRow row = withDateOfChange(live);
    if (!row.followed()) {
      hasUnfollowed = true;
      return;
    }
    RowDate date = row.date();
    if (stored.isPresent()
        && date.to() < stored.get().commitVersion()
        && row.hash().equals(OptionalLong.of(stored.get().rowHash()))) {
      lookedUp = Optional.of(row);
    }
    if (date.from() > newestFrom) {
      newestFrom = date.from();
      undated.keySet().removeIf(span -> span.to() < newestFrom);
      dated = dated.filter(known -> known.date().to() >= newestFrom);
    }
    if (date.to() < newestFrom) {
      return;
    }
    if (date.placed()) {
      dated = Optional.of(dated.filter(known -> age.compare(known, row) > 0).orElse(row));
    } else {
      undated
          .computeIfAbsent(new Span(date.from(), date.to()), span -> new HashMap<>(2))
          .merge(row.hash(), row, (known, next) -> age.compare(known, next) > 0 ? known : next);
    }
  }

  /** A row is of the version whose change files hold one like it. */
  private TableRow withDateOfChange(TableRow live) {
    if (live.date().changedAt() == RowDate.COPIED) {
      return live;
    }
    for (TableRow change : changed) {
      if (change.date().to() == live.date().changedAt() && change.hash().equals(live.hash())) {
        return live.dated(change);
      }
    }
    return live;
  }

  /** Whether the table has a row of the key that counts. */
  boolean isInTable() {
    return newestFrom != Long.MIN_VALUE;
  }

  /** The rows that can be the newest. */
  private List<TableRow> newest() {
    List<TableRow> rows = new ArrayList<>(1);
    dated.ifPresent(rows::add);
    undated.values().forEach(byHash -> rows.addAll(byHash.values()));
    return rows;
  }

  /** The row to write: the one that is stored if that is right, else the likeliest newest. */
  Optional<TableRow> wanted(Rules rules) {
    Optional<TableRow> right = storedRow();
    return right.isPresent() && verdict(rules) == Verdict.EQUAL
        ? right
        : newest().stream().max(ages.likeliest());
  }

  /** Whether the collection has the row that is likeliest to be the newest. */
  private boolean hasNewest() {
    OptionalLong wanted = newest().stream().max(ages.likeliest()).orElseThrow().hash();
    return wanted.equals(OptionalLong.of(stored.orElseThrow().rowHash()));
  }

  /**
   * The row of the table that the collection has. One that is older than a row of a later version
   * than the collection's row says is not the newest, wherever a compaction has put it.
   */
  private Optional<TableRow> storedRow() {
    return stored.flatMap(
        row ->
            newest().stream()
                .filter(newest -> newest.hash().equals(OptionalLong.of(row.rowHash())))
                .filter(newest -> newest.date().placed() || newestFrom <= row.commitVersion())
                .findFirst()
                .or(() -> lookedUp.filter(found -> newestFrom <= row.commitVersion())));
  }

  /**
   * Says what the key is; {@link Verdict#TWICE} and {@link Verdict#VECTOR} are for others to say.
   */
  Verdict verdict(Rules rules) {
    if (stored.isPresent() && stored.get().commitVersion() > rules.done()) {
      return stored.get().commitVersion() <= rules.reach() ? Verdict.NEWER : fromNowhere(rules);
    }
    if (!isInTable()) {
      return stored.isEmpty() ? Verdict.ABSENT : withoutRows(rules);
    }
    boolean rejected = newest().stream().anyMatch(row -> row.hash().isEmpty());
    if (stored.isEmpty()) {
      return rejected
          ? Verdict.REJECTED
          : newestFrom >= rules.first() ? Verdict.MISSING : Verdict.ABSENT;
    }
    if (rules.newestOnly()) {
      return hasNewest() ? Verdict.EQUAL : Verdict.STALE;
    }
    // A row of a version after its own commit was looked up then, as the newest that was left.
    if (storedRow().isPresent()) {
      return Verdict.EQUAL;
    }
    if (rejected) {
      return Verdict.REJECTED;
    }
    return !rules.followsAll() && newestFrom <= stored.get().commitVersion()
        ? Verdict.KEPT
        : Verdict.STALE;
  }

  /** The row is of a version that nobody has written. */
  private Verdict fromNowhere(Rules rules) {
    return isInTable() ? Verdict.STALE : withoutRows(rules);
  }

  private Verdict withoutRows(Rules rules) {
    return hasUnfollowed || !rules.followsDeletes() || rules.mayHoldOthers()
        ? Verdict.KEPT
        : Verdict.EXTRA;
  }
}
