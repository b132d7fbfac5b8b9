package io.freshet.delta.table;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.RandomAccess;

/**
 * The files of a snapshot, ordered by modification time, then by path. An element is made when it
 * is asked for; what is kept is the path as the log has it, three numbers, and a partition map that
 * files of one partition share.
 */
final class FileList extends AbstractList<DataUnit> implements RandomAccess {
  private final DataPaths paths;
  private final Optional<TableSchema> columns;
  private final List<Entry> entries;

  private FileList(DataPaths paths, TableSchema columns, List<Entry> entries) {
    this.paths = paths;
    this.columns = Optional.of(columns);
    this.entries = entries;
  }

  /**
   * A file as it is held.
   *
   * @param path as the log has it
   * @param rows negative if the log does not say
   */
  record Entry(
      String path,
      long modified,
      long bytes,
      long rows,
      Map<String, String> partitionValues,
      RowSelection live) {

    Entry in(Map<String, String> sharedPartitionValues) {
      return new Entry(path, modified, bytes, rows, sharedPartitionValues, live);
    }
  }

  /** The files as they are held. */
  List<Entry> entries() {
    return entries;
  }

  @Override
  public DataUnit get(int index) {
    Entry entry = entries.get(index);
    return new DataUnit(
        paths.resolve(entry.path),
        entry.bytes,
        entry.rows < 0 ? OptionalLong.empty() : OptionalLong.of(entry.rows),
        entry.partitionValues,
        UnitContent.INSERTED,
        entry.live,
        columns);
  }

  @Override
  public int size() {
    return entries.size();
  }

  /** Collects the files, in any order. */
  static final class Builder {
    private static final Comparator<Entry> ORDER =
        Comparator.comparingLong(Entry::modified).thenComparing(Entry::path);

    private final DataPaths paths;
    private final TableSchema columns;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<Map<String, String>, Map<String, String>> partitions = new HashMap<>();

    /** For the files of a version that declares these columns. */
    Builder(DataPaths paths, TableSchema columns) {
      this.paths = paths;
      this.columns = columns;
    }

    void add(
        String path,
        long modified,
        long bytes,
        OptionalLong rows,
        Map<String, String> partitionValues,
        RowSelection live) {
      Map<String, String> shared =
          partitions.computeIfAbsent(partitionValues, values -> new HashMap<>(values));
      entries.add(new Entry(path, modified, bytes, rows.orElse(-1), shared, live));
    }

    void addAll(Collection<Entry> files) {
      entries.addAll(files);
    }

    FileList build() {
      entries.sort(ORDER);
      return new FileList(paths, columns, entries);
    }
  }
}
