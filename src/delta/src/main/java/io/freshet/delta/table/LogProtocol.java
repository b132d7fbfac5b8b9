package io.freshet.delta.table;

import com.fasterxml.jackson.databind.JsonNode;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.apache.hadoop.conf.Configuration;

/**
 * What a reader must know to read the table (Delta protocol, section <i>Protocol Evolution</i>).
 * Read here only when the table is refused, so that the error can name versions and features.
 *
 * @param readerVersion the least version of a reader
 * @param readerFeatures what it must know besides; empty before reader version 3
 */
record LogProtocol(int readerVersion, List<String> readerFeatures) {
  private static final Schema IN_CHECKPOINT =
      Schema.builder()
          .addNullableField(
              "protocol",
              Schema.FieldType.row(
                  Schema.builder()
                      .addNullableField("minReaderVersion", Schema.FieldType.INT32)
                      .addNullableField(
                          "readerFeatures", Schema.FieldType.array(Schema.FieldType.STRING))
                      .build()))
          .build();

  /** The newest protocol that the log states, or empty if it cannot be found. */
  static Optional<LogProtocol> newest(LogFolder folder, Configuration hadoopConf) {
    LogListing listing = folder.list();
    if (listing.latestCommit().isEmpty()) {
      return Optional.empty();
    }
    CommitReader commits = new CommitReader(folder);
    long oldest = listing.latestCheckpoint().orElse(listing.oldestCommit().getAsLong() - 1);
    for (long version = listing.latestCommit().getAsLong(); version > oldest; version--) {
      Optional<LogProtocol> protocol = commits.read(version).protocol();
      if (protocol.isPresent()) {
        return protocol;
      }
    }
    return inCheckpoint(folder, listing.latestCheckpoint(), hadoopConf);
  }

  /** Parses a {@code protocol} action. */
  static LogProtocol parse(JsonNode protocol) {
    List<String> features = new ArrayList<>();
    protocol.path("readerFeatures").forEach(feature -> features.add(feature.asText()));
    return new LogProtocol(protocol.path("minReaderVersion").asInt(), features);
  }

  private static Optional<LogProtocol> inCheckpoint(
      LogFolder folder, OptionalLong version, Configuration hadoopConf) {
    if (version.isEmpty()) {
      return Optional.empty();
    }
    DataUnit file =
        new DataUnit(
            folder.checkpointFile(version.getAsLong()).toString(),
            0,
            OptionalLong.empty(),
            Map.of(),
            UnitContent.INSERTED);
    List<LogProtocol> found = new ArrayList<>();
    try {
      new UnitReader(hadoopConf)
          .read(
              file,
              IN_CHECKPOINT,
              0,
              Long.MAX_VALUE,
              (ordinal, type, values) -> {
                if (values[0] instanceof Row row) {
                  Collection<String> features = row.getArray("readerFeatures");
                  found.add(
                      new LogProtocol(
                          row.getInt32("minReaderVersion"),
                          features == null ? List.of() : List.copyOf(features)));
                }
              });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (FreshetException e) {
      // A checkpoint in several parts or of another kind: the caller's error is then less exact.
      if (e.category() != FailureCategory.HISTORY_LOST) {
        throw e;
      }
    }
    return found.stream().findFirst();
  }

  /** Whether delta-standalone and the readers here know all that the table needs. */
  boolean isKnown() {
    return readerVersion <= 1;
  }

  /** The error for a table that is not {@linkplain #isKnown() known}. */
  FreshetException unsupported(String uri) {
    String features =
        readerFeatures.isEmpty() ? "" : " with the features " + String.join(", ", readerFeatures);
    return new FreshetException(
        FailureCategory.TABLE_UNSUPPORTED,
        "%s needs a reader of version %d%s; this one reads version 1. Create the table without them"
            .formatted(uri, readerVersion, features));
  }
}
