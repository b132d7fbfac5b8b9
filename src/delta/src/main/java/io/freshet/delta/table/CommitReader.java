package io.freshet.delta.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.changes.ChangeType;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the actions of one commit (Delta protocol, section <i>Actions</i>), a line at a time. Here
 * and not by delta-standalone, which lists the whole log for every commit that it is asked for, and
 * fails on actions that it does not know. Unknown actions are passed over: a reader that must know
 * them is told so by the protocol's version.
 */
final class CommitReader {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final LogFolder folder;
  private final DataPaths paths;

  CommitReader(LogFolder folder) {
    this.folder = folder;
    this.paths = new DataPaths(folder.table());
  }

  /** The table's metadata as a commit states it. */
  record Metadata(TableSchema schema, boolean changeFeed) {}

  /**
   * What a commit holds.
   *
   * @param units the files that it added rows with
   * @param metadata the table's metadata, if the commit states it
   * @param protocol the table's protocol, if the commit states it
   * @param inCommitTimestamp when the commit was made, if the table keeps that in its commits; the
   *     file's time means nothing then
   * @param unreadable what the commit holds that cannot be read, in words
   */
  record Contents(
      List<DataUnit> units,
      Optional<Metadata> metadata,
      Optional<LogProtocol> protocol,
      Optional<Instant> inCommitTimestamp,
      Optional<String> unreadable) {}

  /**
   * Reads all actions of {@code version}. Files that were added or removed without a change of data
   * (a compaction's) are left out, as the protocol says.
   */
  Contents read(long version) {
    List<DataUnit> units = new ArrayList<>();
    Optional<Metadata> metadata = Optional.empty();
    Optional<LogProtocol> protocol = Optional.empty();
    Optional<Instant> timestamp = Optional.empty();
    Optional<String> unreadable = Optional.empty();
    try (BufferedReader lines = open(version)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode action = JSON.readTree(line);
        if (changesData(action.path("add"))) {
          units.add(unit(action.get("add")));
        } else if (changesData(action.path("remove"))) {
          unreadable = Optional.of("deleted, updated or overwritten rows (removed files)");
        } else if (action.has("cdc")) {
          unreadable = Optional.of("updated or deleted rows (change files)");
        } else if (action.has("metaData")) {
          metadata = Optional.of(metadata(action.get("metaData")));
        } else if (action.has("protocol")) {
          protocol = Optional.of(LogProtocol.parse(action.get("protocol")));
        } else if (action.has("commitInfo")) {
          timestamp = timestamp(action.get("commitInfo"));
        }
      }
    } catch (IOException e) {
      throw failure(version, e);
    }
    return new Contents(units, metadata, protocol, timestamp, unreadable);
  }

  /** The in-commit timestamp of {@code version}, which is in the commit's first line if at all. */
  Optional<Instant> inCommitTimestamp(long version) {
    try (BufferedReader lines = open(version)) {
      String line = lines.readLine();
      return line == null ? Optional.empty() : timestamp(JSON.readTree(line).path("commitInfo"));
    } catch (IOException e) {
      throw failure(version, e);
    }
  }

  private BufferedReader open(long version) throws IOException {
    return new BufferedReader(new InputStreamReader(folder.openCommit(version), UTF_8));
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
    return Failures.storage(file, e);
  }

  private static boolean changesData(JsonNode file) {
    return file.path("dataChange").asBoolean();
  }

  private static Metadata metadata(JsonNode metadata) {
    return new Metadata(
        DeltaSchemas.parse(metadata.path("schemaString").asText()),
        metadata.path("configuration").path("delta.enableChangeDataFeed").asBoolean());
  }

  private static Optional<Instant> timestamp(JsonNode commitInfo) {
    JsonNode timestamp = commitInfo.path("inCommitTimestamp");
    return timestamp.isIntegralNumber()
        ? Optional.of(Instant.ofEpochMilli(timestamp.asLong()))
        : Optional.empty();
  }

  private DataUnit unit(JsonNode add) {
    return new DataUnit(
        paths.resolve(add.path("path").asText()),
        add.path("size").asLong(),
        FileStatistics.rows(add.path("stats").textValue()),
        partitionValues(add.path("partitionValues")),
        ChangeType.INSERT);
  }

  private static Map<String, String> partitionValues(JsonNode values) {
    Map<String, String> partition = new HashMap<>();
    values
        .fields()
        .forEachRemaining(value -> partition.put(value.getKey(), value.getValue().textValue()));
    return partition;
  }
}
