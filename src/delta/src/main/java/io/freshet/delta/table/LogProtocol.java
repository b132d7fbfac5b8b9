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
import java.util.Set;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.apache.hadoop.conf.Configuration;

/**
 * What a reader must know to read the table (Delta protocol, section <i>Protocol Evolution</i>). It
 * decides which library rebuilds the table.
 *
 * @param readerVersion the least version of a reader
 * @param readerFeatures what it must know besides; empty before reader version 3
 * @param writerFeatures what a writer must know; some bring actions that delta-standalone fails on
 */
record LogProtocol(int readerVersion, List<String> readerFeatures, List<String> writerFeatures) {
  /** Writer features that bring no actions of their own. */
  private static final Set<String> WITHOUT_ACTIONS =
      Set.of(
          "appendOnly",
          "invariants",
          "changeDataFeed",
          "checkConstraints",
          "generatedColumns",
          "identityColumns",
          "allowColumnDefaults",
          "inCommitTimestamp",
          "icebergCompatV1",
          "icebergCompatV2");

  /** Reader features that are read here, by Kernel and by the readers of commits and of files. */
  private static final Set<String> KNOWN =
      Set.of(
          "columnMapping",
          "deletionVectors",
          "timestampNtz",
          "typeWidening",
          "typeWidening-preview",
          "v2Checkpoint",
          "vacuumProtocolCheck",
          "variantType",
          "variantType-preview");

  private static final Schema IN_CHECKPOINT =
      Schema.builder()
          .addNullableField(
              "protocol",
              Schema.FieldType.row(
                  Schema.builder()
                      .addNullableField("minReaderVersion", Schema.FieldType.INT32)
                      .addNullableField(
                          "readerFeatures", Schema.FieldType.array(Schema.FieldType.STRING))
                      .addNullableField(
                          "writerFeatures", Schema.FieldType.array(Schema.FieldType.STRING))
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
    return new LogProtocol(
        protocol.path("minReaderVersion").asInt(),
        texts(protocol.path("readerFeatures")),
        texts(protocol.path("writerFeatures")));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
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
                  found.add(
                      new LogProtocol(
                          row.getInt32("minReaderVersion"),
                          texts(row, "readerFeatures"),
                          texts(row, "writerFeatures")));
                }
              });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (FreshetException e) {
      // A checkpoint in several parts or of another kind.
      if (e.category() != FailureCategory.HISTORY_LOST) {
        throw e;
      }
    }
    return found.stream().findFirst();
  }

  private static List<String> texts(Row row, String field) {
    Collection<String> texts = row.getArray(field);
    return texts == null ? List.of() : List.copyOf(texts);
  }

  /** Whether all that the table needs is known here. */
  boolean isKnown() {
    return readerVersion <= 2 || (readerVersion == 3 && KNOWN.containsAll(readerFeatures));
  }

  /** Whether delta-standalone can rebuild the table, too. */
  boolean isStandalones() {
    return readerVersion <= 1 && WITHOUT_ACTIONS.containsAll(writerFeatures);
  }

  /** The error for a table that is not {@linkplain #isKnown() known}. */
  FreshetException unsupported(String uri) {
    List<String> unknown =
        readerFeatures.stream().filter(feature -> !KNOWN.contains(feature)).toList();
    String features = unknown.isEmpty() ? "" : " with the features " + String.join(", ", unknown);
    return new FreshetException(
        FailureCategory.TABLE_UNSUPPORTED,
        "%s needs a reader of version %d%s, which this one does not know; drop them from the table (ALTER TABLE ... DROP FEATURE)"
            .formatted(uri, readerVersion, features));
  }
}
