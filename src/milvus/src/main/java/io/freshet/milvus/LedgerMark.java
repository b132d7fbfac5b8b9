package io.freshet.milvus;

import io.milvus.grpc.DescribeCollectionResponse;
import io.milvus.grpc.KeyValuePair;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says in a collection which ledger it belongs to: in the description, for people, and in a
 * property. Milvus Lite forgets descriptions, and only a property can be changed when a collection
 * is adopted; so where both are there, the property counts.
 */
final class LedgerMark {
  private static final String PROPERTY = "freshet.ledger";
  private static final Pattern DESCRIPTION = Pattern.compile("freshet ledger=(\\S+)");

  private LedgerMark() {}

  static String description(String ledgerId) {
    return "freshet ledger=" + ledgerId;
  }

  static KeyValuePair property(String ledgerId) {
    return CollectionSchemas.pair(PROPERTY, ledgerId);
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
