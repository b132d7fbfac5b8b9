package io.freshet.delta.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * What parses the JSON of a table's log: what follows a value is an error, and no end. Jackson's
 * own limits are for what strangers send: a predicate, statistics or a comment may be longer, and
 * the protocol sets no limit. A line that is too deep for Java's stack is still refused.
 */
final class LogJson {
  private static final int MOST_NESTED = 2_000;

  /** Reads values of any length. */
  static final ObjectMapper MAPPER =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength(Integer.MAX_VALUE)
                          .maxNumberLength(Integer.MAX_VALUE)
                          .maxNestingDepth(MOST_NESTED)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private LogJson() {}
}
