package io.freshet.delta.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.ledger.ReadCommit;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;

/**
 * Reads the actions of one commit (Delta protocol, section <i>Actions</i>), a line at a time. Here
 * and not by delta-standalone, which lists the whole log for every commit that it is asked for, and
 * fails on actions that it does not know. Unknown actions are passed over: a reader that must know
 * them is told so by the protocol's version.
 */
final class CommitReader {
  /** The operation of a DELETE, as Spark and delta-rs name it in the commit's provenance. */
  private static final String DELETE = "DELETE";

  private static final String MERGE = "MERGE";

  /** How long a file that is still being written is waited for. */
  private static final Duration LONGEST_WRITING = Duration.ofSeconds(10);

  private static final int MILLIS_OF_SECOND = 1_000;

  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

  private final LogFolder folder;
  private final DataPaths paths;

  CommitReader(LogFolder folder) {
    this.folder = folder;
    this.paths = new DataPaths(folder.table());
  }

  /**
   * What a commit holds.
   *
   * @param units the files of its changed rows: those with new rows first, then those with old ones
   * @param lacksPartitionValues whether the commit does not say which partition a removed file is
   *     of
   * @param metadata the table's metadata, if the commit states it
   * @param protocol the table's protocol, if the commit states it
   * @param inCommitTimestamp when the commit was made, if the table keeps that in its commits; the
   *     file's time means nothing then
   * @param bytes the file's length
   * @param digest of the file
   */
  record Contents(
      List<DataUnit> units,
      boolean lacksPartitionValues,
      Optional<TableMetadata> metadata,
      Optional<LogProtocol> protocol,
      Optional<Instant> inCommitTimestamp,
      long bytes,
      String digest) {}

  /** What is read of the actions of a file. */
  private interface Parsing<T> {
    T parse(ActionLines lines, SummedStream bytes) throws IOException;
  }

  /**
   * Reads all actions of {@code version}. If there are change files, they alone say what changed;
   * else added files hold inserts and removed ones deletes. Files that were added or removed
   * without a change of data (a compaction's) are left out (Delta protocol, section <i>Reader
   * Requirements for Change Data Feed</i>).
   *
   * <p>A file that is empty, or whose last line is no complete action, is waited for until it is
   * whole, or has held still for a second.
   */
  Contents read(long version) {
    return awaited(version, this::contents);
  }

  /**
   * The same, but empty instead of waiting.
   *
   * @param stillness says how long files have been as they are
   */
  Optional<Contents> readUnlessBeingWritten(long version, Stillness stillness) {
    return parsed(version, stillness, this::contents);
  }

  private <T> T awaited(long version, Parsing<T> parsing) {
    long began = System.nanoTime();
    Optional<T> value = parsed(version, Stillness.OF_JVM, parsing);
    while (value.isEmpty()
        && System.nanoTime() - began < LONGEST_WRITING.toNanos()
        && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
      value = parsed(version, Stillness.OF_JVM, parsing);
    }
    return value.orElseThrow(
        () ->
            new FreshetException(
                FailureCategory.STORAGE_UNAVAILABLE,
                "%s is still being written: it is empty, or a line is no complete action; it is read when it is whole, or has held still for a second"
                    .formatted(folder.commitFile(version))));
  }

  /** Empty if the file is not whole, and has not held still for long enough. */
  private <T> Optional<T> parsed(long version, Stillness stillness, Parsing<T> parsing) {
    try (SummedStream bytes = new SummedStream(folder.open(LogFile.commitName(version)))) {
      ActionLines lines = new ActionLines(bytes);
      T value = parsing.parse(lines, bytes);
      if (lines.isWhole()) {
        return Optional.of(value);
      }
      if (!folder.commitStatus(version).map(stillness::isStill).orElse(false)) {
        return Optional.empty();
      }
      if (lines.torn().isPresent()) {
        throw lines.torn().get();
      }
      return Optional.of(value);
    } catch (IOException e) {
      throw failure(version, e);
    }
  }

  private Contents contents(ActionLines lines, SummedStream bytes) throws IOException {
    CommitFiles files = new CommitFiles();
    Optional<TableMetadata> metadata = Optional.empty();
    Optional<LogProtocol> protocol = Optional.empty();
    Optional<Instant> timestamp = Optional.empty();
    for (var next = lines.next(); next.isPresent(); next = lines.next()) {
      JsonNode action = next.get();
      if (changesData(action.path("add"))) {
        files.added(unit(action.get("add"), UnitContent.INSERTED));
      } else if (changesData(action.path("remove"))) {
        JsonNode remove = action.get("remove");
        files.removed(unit(remove, UnitContent.DELETED), remove.path("partitionValues").isObject());
      } else if (action.hasNonNull("cdc")) {
        files.changed(
            unit(action.get("cdc"), UnitContent.CHANGED_TO),
            unit(action.get("cdc"), UnitContent.CHANGED_FROM));
      } else if (action.hasNonNull("metaData")) {
        metadata = Optional.of(TableMetadata.parse(action.get("metaData")));
      } else if (action.hasNonNull("protocol")) {
        protocol = Optional.of(LogProtocol.parse(action.get("protocol")));
      } else if (action.hasNonNull("commitInfo")) {
        timestamp = timestamp(action.get("commitInfo"));
        if (isEmptyMerge(action.get("commitInfo"))) {
          files.changesNothing();
        }
      }
    }
    return new Contents(
        files.units(),
        files.lacksPartitionValues(),
        metadata,
        protocol,
        timestamp,
        bytes.bytes(),
        bytes.digest());
  }

  /** The files that {@code version} added and removed. */
  FileChanges fileChanges(long version) {
    return actions(version).fileChanges(paths);
  }

  /** What {@code version} does to the table; waits as {@link #read} does. */
  CommitActions actions(long version) {
    return awaited(version, this::actions);
  }

  private CommitActions actions(ActionLines lines, SummedStream bytes) throws IOException {
    List<CommitActions.Added> added = new ArrayList<>();
    List<CommitActions.Removed> removed = new ArrayList<>();
    boolean hasChangeFiles = false;
    boolean deletesOnly = false;
    Optional<TableMetadata> metadata = Optional.empty();
    Optional<LogProtocol> protocol = Optional.empty();
    for (var next = lines.next(); next.isPresent(); next = lines.next()) {
      JsonNode action = next.get();
      if (action.hasNonNull("add")) {
        JsonNode add = action.get("add");
        added.add(new CommitActions.Added(entry(add, folder), changesData(add)));
      } else if (action.hasNonNull("remove")) {
        JsonNode remove = action.get("remove");
        removed.add(
            new CommitActions.Removed(
                remove.path("path").asText(),
                deletionVector(remove).map(DeletionVector::cardinality).orElse(0L)));
      } else if (action.hasNonNull("commitInfo")) {
        deletesOnly = DELETE.equals(action.get("commitInfo").path("operation").asText());
      } else if (action.hasNonNull("metaData")) {
        metadata = Optional.of(TableMetadata.parse(action.get("metaData")));
      } else if (action.hasNonNull("protocol")) {
        protocol = Optional.of(LogProtocol.parse(action.get("protocol")));
      }
      hasChangeFiles |= action.hasNonNull("cdc");
    }
    return new CommitActions(
        added,
        removed,
        hasChangeFiles,
        deletesOnly,
        protocol,
        metadata,
        bytes.bytes(),
        bytes.checksum());
  }

  /**
   * What has become of a commit's file since it was read.
   *
   * @param doubtsSeconds whether a time of whole seconds is no sign that nothing has
   */
  CommitChange changeOf(ReadCommit read, boolean doubtsSeconds) {
    Optional<FileStatus> now = folder.commitStatus(read.version());
    boolean isCoarse = doubtsSeconds && read.modified() % MILLIS_OF_SECOND == 0;
    boolean isUntouched =
        now.map(
                file ->
                    !isCoarse
                        && file.getLen() == read.bytes()
                        && file.getModificationTime() == read.modified())
            .orElse(true); // Cleaned away: whoever needs it says so.
    if (isUntouched) {
      return CommitChange.NONE;
    }
    try (InputStream file = folder.open(LogFile.commitName(read.version()))) {
      if (!read.isOf(LogDigest.ofFirst(read.bytes(), file))) {
        return CommitChange.REWRITTEN;
      }
      return file.read() < 0 ? CommitChange.NONE : CommitChange.GROWN;
    } catch (FileNotFoundException e) {
      return CommitChange.NONE;
    } catch (IOException e) {
      throw failure(read.version(), e);
    }
  }

  /** The stamp of a commit's file; empty if it is not there. */
  Optional<CommitStamp> stamp(long version) {
    Optional<FileStatus> status = folder.commitStatus(version);
    if (status.isEmpty()) {
      return Optional.empty();
    }
    try (SummedStream sum = new SummedStream(folder.open(LogFile.commitName(version)))) {
      sum.transferTo(OutputStream.nullOutputStream());
      return Optional.of(
          new CommitStamp(status.get().getModificationTime(), sum.bytes(), sum.checksum()));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw failure(version, e);
    }
  }

  /** A live file, as an action has it. */
  static FileList.Entry entry(JsonNode add, LogFolder folder) {
    return new FileList.Entry(
        add.path("path").asText(),
        add.path("modificationTime").asLong(),
        add.path("size").asLong(),
        FileStatistics.rows(add.path("stats").textValue()).orElse(-1),
        partitionValues(add.path("partitionValues")),
        RowSelection.without(deletionVector(add), folder.table().toString()));
  }

  /** The in-commit timestamp of {@code version}, which is in the commit's first line if at all. */
  Optional<Instant> inCommitTimestamp(long version) {
    try (InputStream file = folder.open(LogFile.commitName(version))) {
      return new ActionLines(file).next().flatMap(first -> timestamp(first.path("commitInfo")));
    } catch (IOException e) {
      throw failure(version, e);
    }
  }

  private FreshetException failure(long version, IOException e) {
    String file = folder.commitFile(version).toString();
    if (e instanceof JsonProcessingException) {
      return new FreshetException(
          FailureCategory.CORRUPT_FILE,
          "%s holds a line that is no Delta action; restore the file, or start at version %d or later"
              .formatted(file, version + 1),
          e);
    }
    if (e instanceof FileNotFoundException) {
      return new LogErrors(folder.table()).historyLost(version, folder.list());
    }
    return Failures.storage(file, e);
  }

  private static boolean changesData(JsonNode file) {
    return file.path("dataChange").asBoolean();
  }

  /**
   * A MERGE that found nothing to change may have rewritten files as they were. Spark takes its
   * metrics' word for that, and so must who wants to read the same.
   */
  private static boolean isEmptyMerge(JsonNode commitInfo) {
    JsonNode metrics = commitInfo.path("operationMetrics");
    return commitInfo.path("operation").asText().equals(MERGE)
        && Stream.of("numTargetRowsInserted", "numTargetRowsUpdated", "numTargetRowsDeleted")
            .allMatch(metric -> metrics.path(metric).asText().equals("0"));
  }

  private static Optional<Instant> timestamp(JsonNode commitInfo) {
    JsonNode timestamp = commitInfo.path("inCommitTimestamp");
    return timestamp.isIntegralNumber()
        ? Optional.of(Instant.ofEpochMilli(timestamp.asLong()))
        : Optional.empty();
  }

  private DataUnit unit(JsonNode file, UnitContent content) {
    return new DataUnit(
        paths.resolve(file.path("path").asText()),
        file.path("size").asLong(),
        FileStatistics.rows(file.path("stats").textValue()),
        partitionValues(file.path("partitionValues")),
        content,
        RowSelection.without(deletionVector(file), folder.table().toString()));
  }

  private static Optional<DeletionVector> deletionVector(JsonNode file) {
    JsonNode vector = file.path("deletionVector");
    return vector.isObject()
        ? Optional.of(
            new DeletionVector(
                vector.path("storageType").asText(),
                vector.path("pathOrInlineDv").asText(),
                vector.path("offset").isIntegralNumber()
                    ? OptionalInt.of(vector.path("offset").asInt())
                    : OptionalInt.empty(),
                vector.path("sizeInBytes").asInt(),
                vector.path("cardinality").asLong()))
        : Optional.empty();
  }

  /** Values are texts; a writer that puts a number or a truth value there means that one's text. */
  private static Map<String, String> partitionValues(JsonNode values) {
    Map<String, String> partition = new HashMap<>();
    values
        .fields()
        .forEachRemaining(value -> partition.put(value.getKey(), value.getValue().asText(null)));
    return partition;
  }
}
