package io.freshet.delta.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/**
 * Finds a table's protocol and metadata at a version: the newest that a commit states, looked for
 * from that version back to the checkpoint before it, which has both (Delta protocol, section
 * <i>Action Reconciliation</i>). Of a checkpoint no more than these two columns is read.
 */
final class StateReader {
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
          .addNullableField(
              "configuration", FieldType.map(FieldType.STRING, FieldType.STRING.withNullable(true)))
          .build();

  private static final Schema IN_CHECKPOINT =
      Schema.builder()
          .addNullableField("protocol", FieldType.row(PROTOCOL))
          .addNullableField("metaData", FieldType.row(METADATA))
          .build();

  private final LogFolder folder;
  private final CommitReader commits;
  private final LogListing listing;
  private final List<TableState> known;

  /** The version of the newer of both. */
  private long from;

  private Optional<LogProtocol> protocol = Optional.empty();
  private Optional<TableMetadata> metadata = Optional.empty();

  private StateReader(LogFolder folder, LogListing listing, List<TableState> known) {
    this.folder = folder;
    this.commits = new CommitReader(folder);
    this.listing = listing;
    this.known = known;
  }

  /**
   * The state at {@code version}, which can be rebuilt.
   *
   * @param listing the log's files; commits after its last one may be there, too
   * @param known the state at earlier versions, where that has been read before
   * @throws FreshetException {@code HISTORY_LOST} if a file of the log is gone, {@code
   *     CORRUPT_FILE} if one cannot be read as what it is, or if none has protocol and metadata
   */
  static TableState read(
      LogFolder folder, LogListing listing, long version, List<TableState> known) {
    return new StateReader(folder, listing, known).read(version);
  }

  private TableState read(long version) {
    OptionalLong checkpoint = listing.checkpoints().before(version);
    long before = checkpoint.orElse(-1);
    for (long at = version; at > before && !isComplete(); at--) {
      Optional<TableState> state = knownAt(at);
      if (state.isPresent()) {
        take(state.get());
      } else {
        take(commits.read(at), at);
      }
    }
    if (!isComplete() && checkpoint.isPresent()) {
      from = Math.max(from, before);
      for (String name : listing.checkpoints().names(before)) {
        readCheckpoint(name, before);
      }
    }
    if (!isComplete()) {
      throw new FreshetException(
          FailureCategory.CORRUPT_FILE,
          "The log of %s states no %s up to version %d; restore its files"
              .formatted(folder.table(), protocol.isEmpty() ? "protocol" : "metadata", version));
    }
    return new TableState(from, version, protocol.get(), metadata.get());
  }

  private Optional<TableState> knownAt(long version) {
    return known.stream().filter(state -> state.holdsAt(version)).findFirst();
  }

  private void take(TableState state) {
    from = Math.max(from, state.from());
    protocol = protocol.or(() -> Optional.of(state.protocol()));
    metadata = metadata.or(() -> Optional.of(state.metadata()));
  }

  private boolean isComplete() {
    return protocol.isPresent() && metadata.isPresent();
  }

  private void take(CommitReader.Contents contents, long version) {
    if (protocol.isEmpty() && contents.protocol().isPresent()) {
      protocol = contents.protocol();
      from = Math.max(from, version);
    }
    if (metadata.isEmpty() && contents.metadata().isPresent()) {
      metadata = contents.metadata();
      from = Math.max(from, version);
    }
  }

  private void readCheckpoint(String name, long version) {
    if (name.endsWith(".json")) {
      readLines(name, version);
    } else {
      readParquet(name);
    }
  }

  private void readLines(String name, long version) {
    try {
      take(commits.parse(name), version);
    } catch (FileNotFoundException e) {
      throw gone(name, e);
    } catch (JsonProcessingException e) {
      throw new FreshetException(
          FailureCategory.CORRUPT_FILE,
          "%s holds a line that is no Delta action; restore the file".formatted(folder.file(name)),
          e);
    } catch (IOException e) {
      throw Failures.storage(folder.file(name).toString(), e);
    }
  }

  private void readParquet(String name) {
    try (StoredRows rows =
        new StoredRows(folder.file(name).toString(), IN_CHECKPOINT, folder.hadoopConf())) {
      while (!isComplete() && rows.hasNext()) {
        Object[] row = rows.next();
        if (row[0] instanceof Row stated && protocol.isEmpty()) {
          protocol = Optional.of(protocol(stated));
        }
        if (row[1] instanceof Row stated && metadata.isEmpty()) {
          metadata = Optional.of(metadata(stated));
        }
      }
    }
  }

  private static LogProtocol protocol(Row row) {
    return new LogProtocol(
        row.getInt32("minReaderVersion"),
        texts(row, "readerFeatures"),
        texts(row, "writerFeatures"));
  }

  private static TableMetadata metadata(Row row) {
    Map<String, String> configuration = new HashMap<>();
    Map<String, String> stated = row.getMap("configuration");
    if (stated != null) {
      stated.forEach((name, value) -> configuration.put(name, String.valueOf(value)));
    }
    return new TableMetadata(
        row.getString("id"),
        row.getString("schemaString"),
        texts(row, "partitionColumns"),
        configuration);
  }

  private static List<String> texts(Row row, String field) {
    Collection<String> texts = row.getArray(field);
    return texts == null ? List.of() : new ArrayList<>(texts);
  }

  private FreshetException gone(String name, IOException cause) {
    return new FreshetException(
        FailureCategory.HISTORY_LOST,
        "%s is gone, the log was cleaned up; start with a snapshot".formatted(folder.file(name)),
        cause);
  }
}
