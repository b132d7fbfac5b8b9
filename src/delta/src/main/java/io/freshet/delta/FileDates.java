package io.freshet.delta;

import io.freshet.delta.table.DataUnit;
import io.freshet.delta.table.FileChanges;
import io.freshet.delta.table.FollowedFiles;
import io.freshet.delta.table.TableLog;
import io.freshet.ledger.Cursor;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.LongFunction;

/**
 * Which versions the rows of each data file are of, by reading the log from the pipeline's
 * beginning on. A file that a commit has added without change files holds rows of that commit. One
 * that was added beside change files holds rows of that commit and copies of rows of the files that
 * it took out, and the files of a compaction or a DELETE hold only copies.
 */
final class FileDates {
  /** The version of rows of which nothing is known. */
  private static final long UNKNOWN = -1;

  private static final int NO_UNIT = -1;

  /**
   * What is known of a file's rows.
   *
   * @param from the first version that its copied rows can be of
   * @param to the last one
   * @param unit the file's number among the units of version {@code to}, if all its rows are of
   *     that one version; else {@link #NO_UNIT}
   * @param changedAt the version of the rows that are not copied, or {@link RowDate#COPIED}
   */
  record Dates(long from, long to, int unit, long changedAt) {
    RowDate of(long row) {
      return new RowDate(from, to, unit != NO_UNIT, Math.max(0, unit), row, changedAt);
    }

    private long last() {
      return Math.max(to, changedAt);
    }
  }

  private final TableLog log;
  private final Map<String, Dates> files = new HashMap<>();
  private final long earliest;
  private long version;

  /** Begins where the pipeline did, or as near to it as the log reaches. */
  FileDates(TableLog log, Cursor beginning) {
    this(log, beginning, start(log, beginning), version -> log.snapshot(version).files());
  }

  /** The same, where the files of {@link #start} are known. */
  static FileDates of(TableLog log, Cursor beginning, FollowedFiles start) {
    return new FileDates(log, beginning, start.version(), version -> start.files());
  }

  private FileDates(
      TableLog log, Cursor beginning, long version, LongFunction<List<DataUnit>> snapshot) {
    this(log, beginning, version, Map.of());
    if (version < 0) {
      return;
    }
    boolean placed = beginning.snapshot() && version == beginning.position().version();
    List<DataUnit> there = snapshot.apply(version);
    for (int unit = 0; unit < there.size(); unit++) {
      files.put(
          there.get(unit).path(),
          new Dates(earliest, version, placed ? unit : NO_UNIT, RowDate.COPIED));
    }
  }

  /** The version that the dates begin with; -1 is the one before the first commit. */
  static long start(TableLog log, Cursor beginning) {
    long start = beginning.position().version();
    long oldest = log.oldestVersion();
    long first = beginning.snapshot() ? start : start - 1;
    return Math.max(first, oldest == 0 ? first : oldest);
  }

  private FileDates(TableLog log, Cursor beginning, long version, Map<String, Dates> files) {
    this.log = log;
    this.earliest = earliest(beginning);
    this.version = version;
    this.files.putAll(files);
  }

  private static long earliest(Cursor beginning) {
    long start = beginning.position().version();
    return beginning.snapshot() || start == 0 ? start : UNKNOWN;
  }

  /**
   * Writes what is known.
   *
   * @param live the files of the version that this stands at
   */
  void write(List<DataUnit> live, DataOutput out) throws IOException {
    for (DataUnit file : live) {
      Dates dates = of(file.path());
      out.writeLong(dates.from());
      out.writeLong(dates.to());
      out.writeInt(dates.unit());
      out.writeLong(dates.changedAt());
    }
  }

  /** Reads what was written, for a pipeline that began at {@code beginning}, too. */
  static FileDates read(
      TableLog log, Cursor beginning, long version, List<DataUnit> live, DataInput in)
      throws IOException {
    Map<String, Dates> files = new HashMap<>();
    for (DataUnit file : live) {
      files.put(file.path(), new Dates(in.readLong(), in.readLong(), in.readInt(), in.readLong()));
    }
    return new FileDates(log, beginning, version, files);
  }

  /** The version that this stands at. */
  long version() {
    return version;
  }

  /** Goes on to the files of the next version, by what its commit did. */
  void advance(FileChanges changes) {
    add(version + 1, changes);
    version++;
  }

  /** Goes on to the files of version {@code to}. */
  void advance(long to) {
    for (; version < to; version++) {
      add(version + 1, log.fileChanges(version + 1));
    }
  }

  /** What is known of the rows of a file of the version that this stands at. */
  Dates of(String path) {
    return Optional.ofNullable(files.get(path))
        .orElseGet(() -> new Dates(earliest, version, NO_UNIT, RowDate.COPIED));
  }

  /** The commits whose change files tell rows of these files apart. */
  NavigableSet<Long> changes(List<DataUnit> live) {
    TreeSet<Long> commits = new TreeSet<>();
    live.forEach(file -> commits.add(of(file.path()).changedAt()));
    commits.remove(RowDate.COPIED);
    return commits;
  }

  private void add(long commit, FileChanges changes) {
    long from = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    Map<String, FileChanges.Removed> before = new HashMap<>();
    Map<String, Dates> datesBefore = new HashMap<>();
    for (FileChanges.Removed file : changes.removed()) {
      Dates dates = of(file.path());
      before.put(file.path(), file);
      datesBefore.put(file.path(), dates);
      files.remove(file.path());
      from = Math.min(from, dates.from());
      last = Math.max(last, dates.last());
    }
    boolean copies = !changes.removed().isEmpty();
    int unit = 0;
    for (FileChanges.Added file : changes.added()) {
      Dates dates;
      if (before.containsKey(file.path())) {
        // The same rows at the same places; some count no more, or count again.
        boolean restores = before.get(file.path()).deletedRows() > file.deletedRows();
        Dates known = datesBefore.get(file.path());
        dates = restores ? new Dates(known.from(), commit, NO_UNIT, RowDate.COPIED) : known;
      } else if (!file.dataChange() || changes.deletesOnly()) {
        dates =
            copies
                ? new Dates(from, last, NO_UNIT, RowDate.COPIED)
                : new Dates(earliest, commit - 1, NO_UNIT, RowDate.COPIED);
      } else if (!changes.hasChangeFiles()) {
        dates = new Dates(commit, commit, unit++, RowDate.COPIED);
      } else {
        dates =
            copies
                ? new Dates(from, last, NO_UNIT, commit)
                : new Dates(commit, commit, NO_UNIT, commit);
      }
      files.put(file.path(), dates);
    }
  }
}
