package io.freshet.milvus;

import io.freshet.changes.VectorOrigin;
import io.milvus.grpc.DescribeCollectionResponse;
import io.milvus.grpc.KeyValuePair;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says in a collection which ledger it belongs to: in the description, for people, and in a
 * property. Milvus Lite forgets descriptions, and only a property can be changed when a collection
 * is adopted; so where both are there, the property counts.
 */
final class LedgerMark {
  private static final String PROPERTY = "freshet.ledger";
  private static final String MADE = "freshet.made";
  private static final String VECTORS = "freshet.vectors";
  private static final String VECTORS_IDENTITY = "freshet.vectors.identity";
  private static final Pattern MADE_VALUE = Pattern.compile("(\\S+):([0-9a-f]{10})");
  private static final Pattern DESCRIPTION = Pattern.compile("freshet ledger=(\\S+)");

  private LedgerMark() {}

  static String description(String ledgerId) {
    return "freshet ledger=" + ledgerId;
  }

  static KeyValuePair property(String ledgerId) {
    return CollectionSchemas.pair(PROPERTY, ledgerId);
  }

  /** A new mark: no other collection bears it. */
  static String newMark() {
    return UUID.randomUUID().toString().replace("-", "").substring(0, 10);
  }

  /** Says which one of all collections that were made for a ledger it is. Set when it is made. */
  static KeyValuePair made(String ledgerId, String mark) {
    return CollectionSchemas.pair(MADE, ledgerId + ":" + mark);
  }

  /** Says what the collection's vectors are made by. */
  static List<KeyValuePair> vectors(VectorOrigin origin) {
    return List.of(
        CollectionSchemas.pair(VECTORS, origin.text()),
        CollectionSchemas.pair(VECTORS_IDENTITY, origin.identity()));
  }

  /** What the collection's vectors are made by; empty if it does not say. */
  static Optional<VectorOrigin> vectors(DescribeCollectionResponse collection) {
    return CollectionSchemas.param(collection.getPropertiesList(), VECTORS)
        .map(
            text ->
                new VectorOrigin(
                    text,
                    CollectionSchemas.param(collection.getPropertiesList(), VECTORS_IDENTITY)
                        .orElse(text)));
  }

  /** The mark of a collection that was made for a ledger; empty if it was not, or bears none. */
  static Optional<String> mark(DescribeCollectionResponse collection, String ledgerId) {
    return CollectionSchemas.param(collection.getPropertiesList(), MADE)
        .map(MADE_VALUE::matcher)
        .filter(value -> value.matches() && value.group(1).equals(ledgerId))
        .map(value -> value.group(2));
  }

  /** The ledger that the collection belongs to; empty for a collection made elsewhere. */
  static Optional<String> of(DescribeCollectionResponse collection) {
    return CollectionSchemas.param(collection.getPropertiesList(), PROPERTY)
        .or(
            () -> {
              Matcher found = DESCRIPTION.matcher(collection.getSchema().getDescription());
              return found.find() ? Optional.of(found.group(1)) : Optional.empty();
            });
  }
}
