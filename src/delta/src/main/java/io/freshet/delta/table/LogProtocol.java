package io.freshet.delta.table;

import com.fasterxml.jackson.databind.JsonNode;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a reader must know to read the table (Delta protocol, section <i>Protocol Evolution</i>). It
 * decides which library rebuilds the table.
 *
 * @param readerVersion the least version of a reader
 * @param readerFeatures what it must know besides; empty before reader version 3
 * @param writerFeatures what a writer must know
 */
record LogProtocol(int readerVersion, List<String> readerFeatures, List<String> writerFeatures) {
  /** Reader features that are known here. */
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

  private boolean isKnown() {
    return readerVersion <= 2 || (readerVersion == 3 && KNOWN.containsAll(readerFeatures));
  }

  /** Throws {@code TABLE_UNSUPPORTED} if the table at {@code uri} needs what is not known here. */
  void requireKnown(String uri) {
    if (!isKnown()) {
      throw unsupported(uri);
    }
  }

  private FreshetException unsupported(String uri) {
    List<String> unknown =
        readerFeatures.stream().filter(feature -> !KNOWN.contains(feature)).toList();
    String features = unknown.isEmpty() ? "" : " with the features " + String.join(", ", unknown);
    return new FreshetException(
        FailureCategory.TABLE_UNSUPPORTED,
        "%s needs a reader of version %d%s, which this one does not know; drop them from the table (ALTER TABLE ... DROP FEATURE)"
            .formatted(uri, readerVersion, features));
  }
}
