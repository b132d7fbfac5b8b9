package io.freshet.delta.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/**
 * Reads one checkpoint: of one file, of several parts, or with sidecars, in Parquet or JSON (Delta
 * protocol, section <i>Checkpoints</i>). It holds protocol, metadata and the live files of its
 * version; no more than these columns is read.
 */
final class CheckpointReader {
  private static final String SIDECARS = "_sidecars";

  private static final Schema PROTOCOL =
      Schema.builder()
          .addNullableField("minReaderVersion", FieldType.INT32)
          .addNullableField("readerFeatures", FieldType.array(FieldType.STRING))
          .addNullableField("writerFeatures", FieldType.array(FieldType.STRING))
          .build();

  private static final Schema METADATA =
      Schema.builder()
          .addNullableField("id", FieldType.STRING)
          .addNullableField("schemaString", FieldType.STRING)
          .addNullableField("partitionColumns", FieldType.array(FieldType.STRING))
          .addNullableField("configuration", textMap())
          .build();

  private static final Schema VECTOR =
      Schema.builder()
          .addNullableField("storageType", FieldType.STRING)
          .addNullableField("pathOrInlineDv", FieldType.STRING)
          .addNullableField("offset", FieldType.INT32)
          .addNullableField("sizeInBytes", FieldType.INT32)
          .addNullableField("cardinality", FieldType.INT64)
          .build();

  private static final Schema ADD =
      Schema.builder()
          .addNullableField("path", FieldType.STRING)
          .addNullableField("partitionValues", textMap())
          .addNullableField("size", FieldType.INT64)
          .addNullableField("modificationTime", FieldType.INT64)
          .addNullableField("stats", FieldType.STRING)
          .addNullableField("deletionVector", FieldType.row(VECTOR))
          .build();

  private static final Schema SIDECAR =
      Schema.builder().addNullableField("path", FieldType.STRING).build();

  private static final Schema STATE =
      Schema.builder()
          .addNullableField("protocol", FieldType.row(PROTOCOL))
          .addNullableField("metaData", FieldType.row(METADATA))
          .build();

  private static final Schema STATE_AND_FILES =
      Schema.builder()
          .addFields(STATE.getFields())
          .addNullableField("add", FieldType.row(ADD))
          .addNullableField("sidecar", FieldType.row(SIDECAR))
          .build();

  private final LogFolder folder;
  private final long version;

  private Optional<LogProtocol> protocol = Optional.empty();
  private Optional<TableMetadata> metadata = Optional.empty();
  private final List<FileList.Entry> files = new ArrayList<>();
  private final List<String> sidecars = new ArrayList<>();

  private CheckpointReader(LogFolder folder, long version) {
    this.folder = folder;
    this.version = version;
  }

  /**
   * The table's state at the version of a checkpoint.
   *
   * @param names the checkpoint's files
   * @throws FreshetException {@code CORRUPT_FILE} that names the file if one is no part of a whole
   *     checkpoint, {@code HISTORY_LOST} if one is gone
   */
  static TableState state(LogFolder folder, long version, List<String> names) {
    CheckpointReader reader = new CheckpointReader(folder, version);
    for (String name : names) {
      if (!reader.hasState()) {
        reader.read(name, false);
      }
    }
    return reader.state(names);
  }

  /** The table at the version of a checkpoint; throws as {@link #state} does. */
  static TableImage image(LogFolder folder, long version, List<String> names) {
    CommitReader commits = new CommitReader(folder);
    Optional<CommitStamp> before = commits.stamp(version);
    CheckpointReader reader = new CheckpointReader(folder, version);
    names.forEach(name -> reader.read(name, true));
    List.copyOf(reader.sidecars).forEach(name -> reader.read(name, true));
    if (!before.equals(commits.stamp(version))) {
      throw new LogErrors(folder.table()).notAsItWas(version);
    }
    return TableImage.of(folder, version, before, reader.state(names), reader.files);
  }

  private boolean hasState() {
    return protocol.isPresent() && metadata.isPresent();
  }

  private TableState state(List<String> names) {
    if (!hasState()) {
      throw corrupt(names.get(0), "it has no " + (protocol.isEmpty() ? "protocol" : "metadata"));
    }
    return new TableState(version, version, protocol.get(), metadata.get());
  }

  /** Reads a file: its protocol and metadata, and its files if they are wanted. */
  private void read(String name, boolean withFiles) {
    try {
      if (name.endsWith(".json")) {
        readLines(name, withFiles);
      } else {
        readParquet(name, withFiles);
      }
    } catch (FileNotFoundException e) {
      throw new FreshetException(
          FailureCategory.HISTORY_LOST,
          "%s is gone, the log was cleaned up; start with a snapshot".formatted(folder.file(name)),
          e);
    } catch (JsonProcessingException e) {
      throw corrupt(name, e.toString());
    } catch (IOException e) {
      throw Failures.storage(folder.file(name).toString(), e);
    } catch (FreshetException e) {
      throw e.category() == FailureCategory.STORAGE_UNAVAILABLE
              || e.category() == FailureCategory.HISTORY_LOST
          ? e
          : corrupt(name, String.valueOf(e.getCause() == null ? e.getMessage() : e.getCause()));
    }
  }

  private FreshetException corrupt(String name, String why) {
    return new FreshetException(
        FailureCategory.CORRUPT_FILE,
        "The checkpoint %s cannot be read: %s; restore the file".formatted(folder.file(name), why));
  }

  private void readLines(String name, boolean withFiles) throws IOException {
    try (InputStream in = folder.open(name)) {
      ActionLines lines = new ActionLines(in);
      for (var next = lines.next(); next.isPresent(); next = lines.next()) {
        JsonNode action = next.get();
        if (action.hasNonNull("protocol")) {
          protocol = Optional.of(LogProtocol.parse(action.get("protocol")));
        } else if (action.hasNonNull("metaData")) {
          metadata = Optional.of(TableMetadata.parse(action.get("metaData")));
        } else if (action.hasNonNull("add") && withFiles) {
          files.add(CommitReader.entry(action.get("add"), folder));
        } else if (action.hasNonNull("sidecar") && withFiles) {
          addSidecar(action.get("sidecar").path("path").asText());
        }
      }
      if (lines.torn().isPresent()) {
        throw lines.torn().get();
      }
    }
  }

  private void readParquet(String name, boolean withFiles) {
    Schema columns = withFiles ? STATE_AND_FILES : STATE;
    try (StoredRows rows = StoredRows.ofLog(folder.file(name), columns, folder.hadoopConf())) {
      while (rows.hasNext() && (withFiles || !hasState())) {
        Object[] row = rows.next();
        addState(row[0], row[1]);
        if (withFiles) {
          addFile(row[2], row[3]);
        }
      }
    }
  }

  private void addState(Object protocolRow, Object metadataRow) {
    if (protocolRow instanceof Row stated) {
      protocol =
          Optional.of(
              new LogProtocol(
                  required("minReaderVersion", stated.getInt32("minReaderVersion")),
                  texts(stated, "readerFeatures"),
                  texts(stated, "writerFeatures")));
    }
    if (metadataRow instanceof Row stated) {
      metadata =
          Optional.of(
              new TableMetadata(
                  required("id", stated.getString("id")),
                  required("schemaString", stated.getString("schemaString")),
                  texts(stated, "partitionColumns"),
                  configuration(stated)));
    }
  }

  private void addFile(Object addRow, Object sidecarRow) {
    if (addRow instanceof Row add) {
      Map<String, String> partition = add.getMap("partitionValues");
      files.add(
          new FileList.Entry(
              required("path", add.getString("path")),
              number(add, "modificationTime"),
              number(add, "size"),
              FileStatistics.rows(add.getString("stats")).orElse(-1),
              partition == null ? Map.of() : new HashMap<>(partition),
              RowSelection.without(vector(add), folder.table().toString())));
    }
    if (sidecarRow instanceof Row sidecar) {
      addSidecar(required("path", sidecar.getString("path")));
    }
  }

  /** Its name, or its whole address. */
  private void addSidecar(String path) {
    sidecars.add(path.contains("/") ? path : SIDECARS + "/" + path);
  }

  private static Optional<DeletionVector> vector(Row add) {
    Row vector = add.getRow("deletionVector");
    if (vector == null || vector.getString("storageType") == null) {
      return Optional.empty();
    }
    Integer offset = vector.getInt32("offset");
    Integer bytes = vector.getInt32("sizeInBytes");
    return Optional.of(
        new DeletionVector(
            vector.getString("storageType"),
            vector.getString("pathOrInlineDv"),
            offset == null ? OptionalInt.empty() : OptionalInt.of(offset),
            bytes == null ? 0 : bytes,
            number(vector, "cardinality")));
  }

  /** What the protocol says that each action has. */
  private static <T> T required(String field, T value) {
    if (value == null) {
      throw new FreshetException(FailureCategory.CORRUPT_FILE, "an action has no " + field);
    }
    return value;
  }

  private static long number(Row row, String field) {
    Long number = row.getInt64(field);
    return number == null ? 0 : number;
  }

  private static FieldType textMap() {
    return FieldType.map(FieldType.STRING, FieldType.STRING.withNullable(true));
  }

  private static Map<String, String> configuration(Row metadata) {
    Map<String, String> configuration = new HashMap<>();
    Map<String, String> stated = metadata.getMap("configuration");
    if (stated != null) {
      stated.forEach((name, value) -> configuration.put(name, String.valueOf(value)));
    }
    return configuration;
  }

  private static List<String> texts(Row row, String field) {
    Collection<String> texts = row.getArray(field);
    return texts == null ? List.of() : new ArrayList<>(texts);
  }
}
