package io.freshet.delta;

import io.freshet.changes.ChangeType;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.Position;
import io.freshet.delta.table.DataUnit;
import io.freshet.delta.table.TableLog;
import io.freshet.delta.table.TableSchema;
import io.freshet.delta.table.UnitContent;
import io.freshet.delta.table.UnitReader;
import io.freshet.ledger.Cursor;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.beam.sdk.schemas.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows of a feed's table at a version, each with what the log tells of its commit. Row by row:
 * no more than a row group is held. Not safe for use by several threads at once.
 *
 * <p>Every method throws a {@link FreshetException} as {@link TableLog} and {@link UnitReader} do.
 */
public final class TableRows {
  private static final Logger LOG = LoggerFactory.getLogger(TableRows.class);

  private final ChangeFeed feed;
  private final Schema schema;
  private final TableLog log;
  private final String tableId;
  private final UnitReader reader;
  private final Cursor beginning;
  private Optional<FileDates> dates = Optional.empty();
  private final int keyIndex;

  /** Takes rows, the columns of each in the order of {@link ChangeFeed#columns()}. */
  public interface Sink {
    /**
     * A row that a commit has inserted or changed, of those commits whose files are in the table
     * still. All of them come before the first {@link #live} row.
     */
    void changed(String key, Object[] values, ChangeType type, RowDate date);

    /** A row that the table holds. */
    void live(String key, Object[] values, RowDate date);
  }

  /**
   * The rows of a feed.
   *
   * @param schema the schema of the feed's columns
   * @param beginning where the pipeline's first slice started
   */
  public TableRows(ChangeFeed feed, Schema schema, Cursor beginning) {
    this.feed = feed;
    this.schema = schema;
    this.log = KeptTable.open(feed);
    this.reader = new UnitReader(HadoopConf.of(feed));
    this.tableId = log.info().id();
    this.beginning = beginning;
    this.keyIndex = feed.columns().indexOf(feed.keyColumn());
  }

  /**
   * Reads the rows that have a key.
   *
   * @param version that of the call before, or a later one
   */
  public void read(long version, Sink sink) throws InterruptedException {
    Optional<String> commit = log.digest(version);
    readSame(version, sink);
    // What is found is mended, perhaps: rows of another table must not be. One that is replaced in
    // its own log meanwhile has another id, and the same commit.
    boolean isSame =
        log.digest(version).equals(commit) && (commit.isPresent() || log.idNow().equals(tableId));
    if (!isSame) {
      dates = Optional.empty();
      log.forget();
      throw new FreshetException(
          FailureCategory.STORAGE_UNAVAILABLE,
          "Another table was at %s while version %d was read; start again when the table is back"
              .formatted(feed.tableUri(), version));
    }
  }

  private void readSame(long version, Sink sink) throws InterruptedException {
    FileDates ofFiles = datesAt(version);
    List<DataUnit> files = log.snapshot(version).files();
    Optional<TableSchema> columns = files.stream().findFirst().flatMap(DataUnit::declared);
    ColumnsInUse inUse = new ColumnsInUse(feed, Optional.of(schema));
    if (columns.isPresent() && !inUse.hasKey(columns.get())) {
      throw inUse.missing(version, columns.get(), Optional.empty());
    }
    for (long commit : ofFiles.changes(files)) {
      readChanged(commit, columns, sink);
    }
    for (DataUnit file : files) {
      FileDates.Dates ofFile = ofFiles.of(file.path());
      read(file, (row, type, key, values) -> sink.live(key, values, ofFile.of(row)));
    }
  }

  private FileDates datesAt(long version) {
    if (dates.isEmpty()) {
      dates =
          KeptTable.newest(feed, log, beginning, version)
              .map(KeptTable::dates)
              .or(() -> Optional.of(new FileDates(log, beginning)));
    }
    dates.get().advance(version);
    return dates.get();
  }

  /** The rows that a commit has changed, as the version has them that is read. */
  private void readChanged(long commit, Optional<TableSchema> columns, Sink sink)
      throws InterruptedException {
    List<DataUnit> units = log.units(commit);
    for (int unit = 0; unit < units.size(); unit++) {
      int number = unit;
      if (units.get(unit).content() == UnitContent.CHANGED_TO) {
        try {
          DataUnit file = units.get(unit);
          read(
              columns.map(file::declaredBy).orElse(file),
              (row, type, key, values) ->
                  sink.changed(key, values, type, RowDate.at(commit, number, row)));
        } catch (FreshetException e) {
          if (e.category() != FailureCategory.HISTORY_LOST) {
            throw e;
          }
          LOG.info(
              "The rows of version {} cannot be told from older ones: {}", commit, e.getMessage());
        }
      }
    }
  }

  /**
   * Hands the key of every change of the commits after {@code version} and before {@code end} on.
   */
  public void keysChanged(long version, Position end, Consumer<String> keys)
      throws InterruptedException {
    long last = end.isStartOfVersion() ? end.version() - 1 : end.version();
    Schema keyAlone = Schema.builder().addField(schema.getField(keyIndex)).build();
    for (long commit = version + 1; commit <= last; commit++) {
      for (DataUnit unit : log.commit(commit).map(c -> c.units()).orElse(List.of())) {
        reader.read(
            unit,
            keyAlone,
            0,
            Long.MAX_VALUE,
            (row, type, values) -> KeyText.of(values[0]).ifPresent(keys));
      }
    }
  }

  private interface KeyedSink {
    void row(long row, ChangeType type, String key, Object[] values);
  }

  private void read(DataUnit unit, KeyedSink sink) throws InterruptedException {
    reader.read(
        unit,
        schema,
        0,
        Long.MAX_VALUE,
        (row, type, values) -> {
          Optional<String> key = KeyText.of(values[keyIndex]);
          key.ifPresent(text -> sink.row(row, type, text, values));
        });
  }

  /** Says which of two rows of one version is the newer, before their places do. */
  public RowOrder order() {
    return RowOrder.of(feed);
  }
}
