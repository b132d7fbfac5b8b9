package io.freshet.delta;

import io.freshet.changes.ChangeType;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.delta.table.Commit;
import io.freshet.delta.table.DataUnit;
import io.freshet.delta.table.TableInfo;
import io.freshet.delta.table.TableLog;
import io.freshet.delta.table.TableLogs;
import io.freshet.delta.table.TableSchema;
import io.freshet.delta.table.UnitReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.hadoop.conf.Configuration;

/**
 * The change data feed of a range of versions as it is: every row, nothing collapsed, no ledger.
 * Commit by commit; no more than a row group is held.
 */
public final class RawFeed {
  private final TableLog log;
  private final UnitReader reader;
  private final String table;
  private final long from;
  private final long to;
  private final Schema schema;

  /** Takes the changes, one after the other. */
  @FunctionalInterface
  public interface Sink {
    /**
     * Takes one change.
     *
     * @param values the row's values in the order of {@link #schema()}
     */
    void change(long version, Instant timestamp, ChangeType type, Object[] values);
  }

  /**
   * The feed of some versions. All their commits are looked at: throws a {@link FreshetException}
   * of {@link FailureCategory#FEED_OFF} or {@link FailureCategory#HISTORY_LOST} if one cannot be
   * read.
   *
   * @param from the first version; without it, the oldest from which on all can be read
   * @param to the last version; without it, the table's latest
   */
  public RawFeed(String tableUri, Configuration hadoopConf, OptionalLong from, OptionalLong to) {
    this.log = TableLogs.open(tableUri, hadoopConf);
    this.reader = new UnitReader(hadoopConf);
    TableInfo latest = log.info();
    this.table = latest.uri();
    this.to = to.orElse(latest.version());
    requireVersion(this.to, latest.version());
    this.from = from.isPresent() ? from.getAsLong() : log.oldestVersionWithFeed(this.to);
    requireVersion(this.from, this.to);
    for (long version = this.from; version <= this.to; version++) {
      commit(version);
    }
    this.schema = schema(latest);
  }

  private void requireVersion(long version, long last) {
    if (version < 0 || version > last) {
      throw new FreshetException(
          FailureCategory.OPTION,
          "%s has no version %d up to version %d; name one from 0 to %d"
              .formatted(table, version, last, last));
    }
  }

  /**
   * As Spark has it: where files know columns by names of their own, those of the last version of
   * the range, else the table's.
   */
  private Schema schema(TableInfo latest) {
    TableInfo end = to == latest.version() ? latest : log.infoAt(to);
    TableSchema columns = (latest.mapped() || end.mapped() ? end : latest).schema();
    List<String> names = new ArrayList<>(columns.schema().getFieldNames());
    names.addAll(columns.unreadable().keySet());
    return columns.projectWide(names);
  }

  /** The columns of the rows. */
  public Schema schema() {
    return schema;
  }

  /** Reads all changes, in the order of the versions. */
  public void read(Sink sink) throws InterruptedException {
    for (long version = from; version <= to; version++) {
      Commit commit = commit(version);
      for (DataUnit unit : commit.units()) {
        try {
          reader.read(
              unit.undeclared(),
              schema,
              0,
              Long.MAX_VALUE,
              (ordinal, type, values) ->
                  sink.change(commit.version(), commit.timestamp(), type, values));
        } catch (FreshetException e) {
          throw VersionErrors.at(version, table, e);
        }
      }
    }
  }

  private Commit commit(long version) {
    return log.commit(version)
        .orElseThrow(
            () ->
                new FreshetException(
                    FailureCategory.STORAGE_UNAVAILABLE,
                    "Version " + version + " of " + table + " is not visible here any more"));
  }
}
