package io.freshet.delta;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.Position;
import io.freshet.changes.Slice;
import io.freshet.delta.table.DataUnit;
import io.freshet.delta.table.TableLog;
import io.freshet.delta.table.TableSchema;
import io.freshet.delta.table.UnitReader;
import io.freshet.ledger.Anchor;
import io.freshet.ledger.Cursor;
import io.freshet.ledger.PlannedSlice;
import io.freshet.ledger.ReadCommit;
import io.freshet.ledger.SlicePlanner;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.beam.sdk.schemas.Schema;

/**
 * Cuts slices by rows and bytes: as many whole commits as fit; a commit or snapshot that does not
 * fit is cut, between its files if possible, else within one. Thread-safe: a feeder of a generation
 * before may still ask.
 */
final class TableSlicePlanner implements SlicePlanner {
  /** Each commit is a file to read: a slice of very many empty commits would be long in coming. */
  private static final int MAX_COMMITS = 500;

  /** How long a column may be away that nothing is read of: it is dropped and added again. */
  private static final Duration RETURN = Duration.ofSeconds(10);

  private final TableUnits units;
  private final UnitReader reader;
  private final ChangeFeed feed;
  private final ColumnsInUse columns;
  private final Optional<Schema> schema;
  private final AnchoredReading anchored;
  private final Patience untilReturn;
  private final CommitWatch watch;

  /** For a table of which nothing is known yet. */
  TableSlicePlanner(Supplier<TableLog> opener, ChangeFeed feed) {
    this(opener, feed, Optional.empty(), Optional::empty, System::nanoTime);
  }

  /**
   * Cuts the slices of a feed.
   *
   * @param schema what rows are read as
   * @param tableId the id of the table whose ledger it is, if that is known
   * @param nanoClock grows by a nanosecond each nanosecond
   */
  TableSlicePlanner(
      Supplier<TableLog> opener,
      ChangeFeed feed,
      Optional<Schema> schema,
      Supplier<Optional<String>> tableId,
      LongSupplier nanoClock) {
    this.units = new TableUnits(opener, feed, schema);
    this.reader = new UnitReader(HadoopConf.of(feed));
    this.feed = feed;
    this.columns = new ColumnsInUse(feed, schema);
    this.schema = schema;
    SameTable same = new SameTable(feed.tableUri(), units::log, tableId, nanoClock);
    this.anchored = new AnchoredReading(units, same, units::forget);
    this.watch = new CommitWatch(feed.tableUri(), units, tableId, nanoClock);
    this.untilReturn = new Patience(RETURN, nanoClock);
  }

  @Override
  public Optional<PlannedSlice> plan(Cursor from, Anchor after, long maxRows) {
    if (!hasMore(from)) {
      return Optional.empty();
    }
    AnchoredReading.Read<Optional<Slice>> read = anchored.read(after, () -> plan(from, maxRows));
    return read.value().map(slice -> new PlannedSlice(slice, read.commits(slice)));
  }

  @Override
  public boolean isStillOf(PlannedSlice planned, Anchor after) {
    if (planned.commits().isEmpty()) {
      return true;
    }
    Slice slice = planned.slice();
    AnchoredReading.Read<Boolean> read = anchored.read(after, () -> readCommits(slice));
    return read.value() && read.commits(slice).equals(planned.commits());
  }

  @Override
  public synchronized void requireAsRead(List<ReadCommit> done) {
    watch.requireAsRead(done);
  }

  @Override
  public synchronized boolean mustBeReadAnew(
      Slice slice, List<ReadCommit> commits, boolean mayBeWritten) {
    return watch.mustBeReadAnew(slice, commits, mayBeWritten);
  }

  @Override
  public PlannedSlice again(Slice slice, Anchor after) {
    AnchoredReading.Read<Boolean> read = anchored.read(after, () -> readCommits(slice));
    return new PlannedSlice(slice, read.commits(slice));
  }

  /** Whether all of them are there. */
  private synchronized boolean readCommits(Slice slice) {
    for (long v = slice.from().version(); v <= slice.lastVersion(); v++) {
      if (slice.snapshot()) {
        units.snapshot(v);
      } else if (units.commit(v).isEmpty()) {
        return false;
      }
    }
    return true;
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
    try {
      return from.snapshot() || (version <= feed.untilVersion() && units.log().hasCommit(version));
    } catch (FreshetException e) {
      if (!e.category().stopsPipeline()) {
        throw e;
      }
      return true; // Planning finds out whether it is this table that fails.
    }
  }

  private Optional<Position> planCommits(Position start, long maxRows) {
    Budget budget = new Budget(maxRows, feed.maxSliceBytes());
    Position end = start;
    for (int commits = 0; commits < MAX_COMMITS && !budget.isSpent(); commits++) {
      if (end.version() > feed.untilVersion()) {
        break;
      }
      Optional<Position> next;
      boolean rebinds;
      try {
        Optional<TableUnits.Version> commit = units.commit(end.version());
        commit.ifPresent(this::requireColumns);
        rebinds = commit.map(TableUnits.Version::rebinds).orElse(false);
        boolean lacks =
            commit.flatMap(TableUnits.Version::schema).map(c -> !columns.areAllIn(c)).orElse(false);
        if ((rebinds || lacks) && !end.equals(start)) {
          break; // What came before is looked up as it was then.
        }
        Position from = end;
        next = commit.map(c -> cut(c.units(), from, budget));
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
      if (!fits || rebinds) {
        break;
      }
    }
    return end.equals(start) ? Optional.empty() : Optional.of(end);
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

  /**
   * A commit may lack a column, by its name, if the table has it again later. Where it is the same
   * column under another name, that is read; where it is another, the rows of that commit have null
   * there, as the table has them now. What the latest version lacks, nobody knows how to read: a
   * commit without rows is waited on for a while.
   */
  private void requireColumns(TableUnits.Version commit) {
    if (commit.schema().isEmpty()) {
      return;
    }
    TableSchema there = commit.schema().get();
    if (columns.areAllIn(there)) {
      untilReturn.renew();
      requireTypes(commit.version(), there);
      return;
    }
    if (units.areBackAfter(commit.version())) {
      requireTypes(commit.version(), there);
      return;
    }
    FreshetException missing = units.missing(commit, there);
    if (commit.units().isEmpty() && !untilReturn.isOver()) {
      throw new FreshetException(
          FailureCategory.STORAGE_UNAVAILABLE,
          "Waiting whether the column comes back: " + missing.getMessage(),
          missing);
    }
    throw missing;
  }

  /**
   * Rows are read as one type, that of the latest version when the pipeline began. An older version
   * may have another that fits. Where the table has changed it since, the pipeline begins anew
   * before the first commit that has the new one.
   */
  private void requireTypes(long version, TableSchema there) {
    if (schema.isEmpty()) {
      return;
    }
    Schema read = schema.get();
    try {
      read.getFields().forEach(there::bind);
    } catch (FreshetException e) {
      throw VersionErrors.at(version, feed.tableUri(), e);
    }
    if (!areAlike(there, read) && !areAlike(units.log().info().schema(), read)) {
      throw new FreshetException(
          FailureCategory.SCHEMA,
          "Version %d of %s has other types in columns that are read; start again, so that rows are read as the table's latest version has them"
              .formatted(version, feed.tableUri()));
    }
  }

  private static boolean areAlike(TableSchema there, Schema read) {
    return read.getFields().stream().allMatch(there::isAlike);
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
