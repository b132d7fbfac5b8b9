package io.freshet.delta;

import io.freshet.delta.table.Commit;
import io.freshet.delta.table.DataUnit;
import io.freshet.delta.table.TableLog;
import io.freshet.delta.table.TableSnapshot;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.beam.sdk.schemas.Schema;

/**
 * The units of reading of a version: the files of a commit, or those of a snapshot. Opens the table
 * at the first use and keeps the last snapshot, of which many slices are cut.
 */
final class TableUnits {
  /**
   * The units of one version.
   *
   * @param schema the schema of the table from this version on, where the commit states one
   */
  record Version(long version, Instant timestamp, List<DataUnit> units, Optional<Schema> schema) {}

  private final Supplier<TableLog> opener;
  private Optional<TableLog> log = Optional.empty();
  private Optional<Version> snapshot = Optional.empty();

  TableUnits(Supplier<TableLog> opener) {
    this.opener = opener;
  }

  /** The commit of that version; empty if it is not there yet. */
  Optional<Version> commit(long version) {
    snapshot = Optional.empty();
    Optional<Commit> commit = log().commit(version);
    return commit.map(
        c ->
            new Version(
                version,
                c.timestamp(),
                c.units(),
                c.schemaChange().map(change -> change.schema())));
  }

  /** The table as it was at that version. */
  Version snapshot(long version) {
    if (snapshot.isEmpty() || snapshot.get().version() != version) {
      TableSnapshot read = log().snapshot(version);
      snapshot =
          Optional.of(new Version(version, read.timestamp(), read.files(), Optional.empty()));
    }
    return snapshot.get();
  }

  /** The latest version of the table. */
  long latestVersion() {
    return log().info().version();
  }

  /** The table's log. */
  TableLog log() {
    if (log.isEmpty()) {
      log = Optional.of(opener.get());
    }
    return log.get();
  }
}
