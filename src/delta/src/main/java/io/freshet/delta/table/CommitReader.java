package io.freshet.delta.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
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

  private static final ObjectMapper JSON = new ObjectMapper();

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
   * @param digest of the file
   */
  record Contents(
      List<DataUnit> units,
      boolean lacksPartitionValues,
      Optional<TableMetadata> metadata,
      Optional<LogProtocol> protocol,
      Optional<Instant> inCommitTimestamp,
      String digest) {}

  /**
   * Reads all actions of {@code version}. If there are change files, they alone say what changed;
   * else added files hold inserts and removed ones deletes. Files that were added or removed
   * without a change of data (a compaction's) are left out (Delta protocol, section <i>Reader
   * Requirements for Change Data Feed</i>).
   */
  Contents read(long version) {
    try {
      return parse(LogFile.commitName(version));
    } catch (IOException e) {
      throw failure(version, e);
    }
  }

  /** Reads a file of the log that holds actions, a line each: a commit, or a checkpoint in JSON. */
  Contents parse(String name) throws IOException {
    CommitFiles files = new CommitFiles();
    Optional<TableMetadata> metadata = Optional.empty();
    Optional<LogProtocol> protocol = Optional.empty();
    Optional<Instant> timestamp = Optional.empty();
    DigestInputStream bytes = LogDigest.of(folder.open(name));
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(bytes, UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode action = JSON.readTree(line);
        if (changesData(action.path("add"))) {
          files.added(unit(action.get("add"), UnitContent.INSERTED));
        } else if (changesData(action.path("remove"))) {
          JsonNode remove = action.get("remove");
          files.removed(
              unit(remove, UnitContent.DELETED), remove.path("partitionValues").isObject());
        } else if (action.has("cdc")) {
          files.changed(
              unit(action.get("cdc"), UnitContent.CHANGED_TO),
              unit(action.get("cdc"), UnitContent.CHANGED_FROM));
        } else if (action.has("metaData")) {
          metadata = Optional.of(TableMetadata.parse(action.get("metaData")));
        } else if (action.has("protocol")) {
          protocol = Optional.of(LogProtocol.parse(action.get("protocol")));
        } else if (action.has("commitInfo")) {
          timestamp = timestamp(action.get("commitInfo"));
          if (isEmptyMerge(action.get("commitInfo"))) {
            files.changesNothing();
          }
        }
      }
    }
    return new Contents(
        files.units(),
        files.lacksPartitionValues(),
        metadata,
        protocol,
        timestamp,
        LogDigest.text(bytes));
  }

  /** The files that {@code version} added and removed. */
  FileChanges fileChanges(long version) {
    return actions(version).fileChanges(paths);
  }

  /** What {@code version} does to the table. */
  CommitActions actions(long version) {
    List<CommitActions.Added> added = new ArrayList<>();
    List<CommitActions.Removed> removed = new ArrayList<>();
    boolean hasChangeFiles = false;
    boolean deletesOnly = false;
    Optional<TableMetadata> metadata = Optional.empty();
    Optional<LogProtocol> protocol = Optional.empty();
    SummedStream sum;
    try (InputStream file = folder.open(LogFile.commitName(version))) {
      sum = new SummedStream(file);
      BufferedReader lines = new BufferedReader(new InputStreamReader(sum, UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode action = JSON.readTree(line);
        if (action.has("add")) {
          JsonNode add = action.get("add");
          added.add(new CommitActions.Added(entry(add), changesData(add)));
        } else if (action.has("remove")) {
          JsonNode remove = action.get("remove");
          removed.add(
              new CommitActions.Removed(
                  remove.path("path").asText(),
                  deletionVector(remove).map(DeletionVector::cardinality).orElse(0L)));
        } else if (action.has("commitInfo")) {
          deletesOnly = DELETE.equals(action.get("commitInfo").path("operation").asText());
        } else if (action.has("metaData")) {
          metadata = Optional.of(TableMetadata.parse(action.get("metaData")));
        } else if (action.has("protocol")) {
          protocol = Optional.of(LogProtocol.parse(action.get("protocol")));
        }
        hasChangeFiles |= action.has("cdc");
      }
    } catch (IOException e) {
      throw failure(version, e);
    }
    return new CommitActions(
        added,
        removed,
        hasChangeFiles,
        deletesOnly,
        protocol,
        metadata,
        sum.bytes(),
        sum.checksum());
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

  private FileList.Entry entry(JsonNode add) {
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
    try (BufferedReader lines = open(LogFile.commitName(version))) {
      String line = lines.readLine();
      return line == null ? Optional.empty() : timestamp(JSON.readTree(line).path("commitInfo"));
    } catch (IOException e) {
      throw failure(version, e);
    }
  }

  private BufferedReader open(String name) throws IOException {
    return new BufferedReader(new InputStreamReader(folder.open(name), UTF_8));
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

  private static Map<String, String> partitionValues(JsonNode values) {
    Map<String, String> partition = new HashMap<>();
    values
        .fields()
        .forEachRemaining(value -> partition.put(value.getKey(), value.getValue().textValue()));
    return partition;
  }
}
