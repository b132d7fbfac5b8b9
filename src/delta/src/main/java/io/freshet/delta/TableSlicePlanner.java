package io.freshet.delta;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.Position;
import io.freshet.changes.Slice;
import io.freshet.delta.table.DataUnit;
import io.freshet.delta.table.TableLog;
import io.freshet.delta.table.UnitReader;
import io.freshet.ledger.Cursor;
import io.freshet.ledger.SlicePlanner;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Cuts slices by rows and bytes: as many whole commits as fit; a commit or snapshot that does not
 * fit is cut, between its files if possible, else within one. Thread-safe: a feeder of a generation
 * before may still ask.
 */
final class TableSlicePlanner implements SlicePlanner {
  /** Each commit is a file to read: a slice of very many empty commits would be long in coming. */
  private static final int MAX_COMMITS = 500;

  private final TableUnits units;
  private final UnitReader reader;
  private final ChangeFeed feed;

  TableSlicePlanner(Supplier<TableLog> opener, ChangeFeed feed) {
    this.units = new TableUnits(opener);
    this.reader = new UnitReader(HadoopConf.of(feed));
    this.feed = feed;
  }

  @Override
  public synchronized Optional<Slice> plan(Cursor from, long maxRows) {
    Position start = from.position();
    if (from.snapshot()) {
      Budget budget = new Budget(maxRows, feed.maxSliceBytes());
      Position end = cut(units.snapshot(start.version()).units(), start, budget);
      return Optional.of(new Slice(true, start, end));
    }
    return planCommits(start, maxRows).map(end -> new Slice(false, start, end));
  }

  @Override
  public synchronized boolean hasMore(Cursor from) {
    long version = from.position().version();
    return from.snapshot() || (version <= feed.untilVersion() && units.log().hasCommit(version));
  }

  private Optional<Position> planCommits(Position start, long maxRows) {
    Budget budget = new Budget(maxRows, feed.maxSliceBytes());
    Position end = start;
    for (int commits = 0; commits < MAX_COMMITS && !budget.isSpent(); commits++) {
      if (end.version() > feed.untilVersion()) {
        break;
      }
      Optional<Position> next;
      try {
        next = cutCommit(end, budget);
      } catch (FreshetException e) {
        if (end.equals(start)) {
          throw e;
        }
        break; // All before it is written first; the next slice begins with it, and tells.
      }
      boolean fits = next.isPresent() && next.get().version() > end.version();
      if (!fits && (next.isEmpty() || !end.equals(start))) {
        break; // Not there yet, or the next slice begins with it.
      }
      end = next.get();
      if (!fits) {
        break;
      }
    }
    return end.equals(start) ? Optional.empty() : Optional.of(end);
  }

  /** Where the budget is spent in a commit, or the start of the next; empty if it is not there. */
  private Optional<Position> cutCommit(Position from, Budget budget) {
    Optional<TableUnits.Version> commit = units.commit(from.version());
    commit
        .flatMap(TableUnits.Version::schema)
        .ifPresent(schema -> requireColumns(schema.getFieldNames(), commit.get()));
    return commit.map(c -> cut(c.units(), from, budget));
  }

  /**
   * The position where the budget is spent, at least one row after {@code start}; or the start of
   * the next version.
   */
  private Position cut(List<DataUnit> files, Position start, Budget budget) {
    long row = start.row();
    boolean fresh = budget.isUntouched();
    for (int unit = start.unit(); unit < files.size(); unit++) {
      DataUnit file = files.get(unit);
      long rows = file.rows().isPresent() ? file.rows().getAsLong() : reader.rowCount(file);
      long left = Math.max(0, rows - row);
      long fits = budget.rowsThatFit(left, file.bytes(), rows);
      if (fits < left) {
        long taken = fresh && budget.isUntouched() ? Math.max(1, fits) : fits;
        return taken == 0 && row == 0
            ? new Position(start.version(), unit, 0)
            : new Position(start.version(), unit, row + taken);
      }
      budget.spend(left, file.bytes(), rows);
      row = 0;
    }
    return Position.startOf(start.version() + 1);
  }

  private void requireColumns(List<String> present, TableUnits.Version commit) {
    for (String column : feed.columns()) {
      if (!present.contains(column)) {
        throw new FreshetException(
            FailureCategory.SCHEMA,
            "Version "
                + commit.version()
                + " of "
                + feed.tableUri()
                + " has no column '"
                + column
                + "' any more; its columns are "
                + String.join(", ", present)
                + ". Start again with options that do without it");
      }
    }
  }

  /** Rows and bytes that are left. */
  private static final class Budget {
    private final long maxRows;
    private long rows;
    private double bytes;

    Budget(long maxRows, long maxBytes) {
      this.maxRows = maxRows;
      this.rows = maxRows;
      this.bytes = maxBytes;
    }

    boolean isSpent() {
      return rows <= 0 || bytes <= 0;
    }

    boolean isUntouched() {
      return rows == maxRows;
    }

    /**
     * How many of a file's {@code wanted} rows fit; its bytes are spread evenly over its {@code
     * fileRows}.
     */
    long rowsThatFit(long wanted, long fileBytes, long fileRows) {
      double bytesEach = (double) fileBytes / Math.max(1, fileRows);
      long byBytes = bytesEach == 0 ? wanted : (long) (bytes / bytesEach);
      return Math.max(0, Math.min(wanted, Math.min(rows, byBytes)));
    }

    void spend(long spentRows, long fileBytes, long fileRows) {
      rows -= spentRows;
      bytes -= (double) fileBytes / Math.max(1, fileRows) * spentRows;
    }
  }
}
