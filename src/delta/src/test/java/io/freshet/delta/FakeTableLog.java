package io.freshet.delta;

import io.freshet.delta.table.Commit;
import io.freshet.delta.table.CommitChange;
import io.freshet.delta.table.DataUnit;
import io.freshet.delta.table.FileChanges;
import io.freshet.delta.table.TableInfo;
import io.freshet.delta.table.TableLog;
import io.freshet.delta.table.TableSchema;
import io.freshet.delta.table.TableSnapshot;
import io.freshet.delta.table.UnitContent;
import io.freshet.ledger.ReadCommit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A log whose commits are lists of row counts, one a file; ten bytes a row. */
final class FakeTableLog implements TableLog {
  private final List<Commit> commits = new ArrayList<>();
  int commitsRead;

  /** What reading a commit throws. */
  Optional<RuntimeException> failure = Optional.empty();

  FakeTableLog add(long... rowsOfFiles) {
    return add(Optional.empty(), rowsOfFiles);
  }

  FakeTableLog add(Optional<TableSchema> schema, long... rowsOfFiles) {
    int version = commits.size();
    List<DataUnit> units = new ArrayList<>();
    for (long rows : rowsOfFiles) {
      units.add(
          new DataUnit(
              "/t/" + version + "-" + units.size(),
              rows * 10,
              OptionalLong.of(rows),
              Map.of(),
              UnitContent.INSERTED));
    }
    commits.add(
        new Commit(
            version,
            Instant.ofEpochSecond(version),
            units,
            schema,
            schema,
            digest(version).orElse(""),
            new ReadCommit(version, 1, 1, digest(version).orElse(""))));
    return this;
  }

  @Override
  public List<DataUnit> units(long version) {
    return commits.get((int) version).units();
  }

  @Override
  public Optional<Commit> commit(long version) {
    commitsRead++;
    failure.ifPresent(
        thrown -> {
          throw thrown;
        });
    return version < commits.size() ? Optional.of(commits.get((int) version)) : Optional.empty();
  }

  @Override
  public boolean hasCommit(long version) {
    return version < commits.size();
  }

  @Override
  public TableSnapshot snapshot(long version) {
    List<DataUnit> files =
        commits.stream()
            .filter(c -> c.version() <= version)
            .flatMap(c -> c.units().stream())
            .toList();
    return new TableSnapshot(version, Instant.ofEpochSecond(version), files);
  }

  @Override
  public FileChanges fileChanges(long version) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long oldestVersion() {
    return 0;
  }

  @Override
  public long oldestVersionWithFeed(long last) {
    return 0;
  }

  @Override
  public Instant timestamp(long version) {
    return Instant.ofEpochSecond(version);
  }

  @Override
  public Optional<String> digest(long version) {
    return Optional.of("commit " + version);
  }

  @Override
  public CommitChange contentChangeOf(ReadCommit read) {
    return changeOf(read);
  }

  @Override
  public CommitChange changeOf(ReadCommit read) {
    return CommitChange.NONE;
  }

  @Override
  public String idNow() {
    return "id";
  }

  @Override
  public void forget() {}

  @Override
  public Optional<Columns> columnsBefore(long version) {
    return commits.stream()
        .filter(commit -> commit.version() < version)
        .flatMap(
            commit -> commit.schemaChange().map(s -> new Columns(commit.version(), s)).stream())
        .reduce((earlier, later) -> later);
  }

  @Override
  public TableInfo info() {
    long latest = commits.size() - 1L;
    TableSchema schema =
        commits.stream()
            .flatMap(commit -> commit.schemaChange().stream())
            .reduce((earlier, later) -> later)
            .orElseThrow();
    return new TableInfo("id", "/t", latest, schema, List.of(), true);
  }

  @Override
  public TableInfo infoAt(long version) {
    throw new UnsupportedOperationException();
  }
}
