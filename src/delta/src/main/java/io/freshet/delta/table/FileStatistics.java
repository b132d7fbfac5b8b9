package io.freshet.delta.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.OptionalLong;

/** Reads a file's statistics as the log has them: JSON, often large, and optional. */
final class FileStatistics {
  private static final JsonFactory JSON = new JsonFactory();

  private FileStatistics() {}

  /**
   * {@code numRecords}, or empty if it is not stated. Statistics that are no JSON state nothing:
   * they only save a look into the file.
   *
   * @param statistics may be null, as in the log
   */
  static OptionalLong rows(String statistics) {
    if (statistics == null) {
      return OptionalLong.empty();
    }
    try (JsonParser parser = JSON.createParser(statistics)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return OptionalLong.empty();
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean found = parser.currentName().equals("numRecords");
        JsonToken value = parser.nextToken();
        if (found && value == JsonToken.VALUE_NUMBER_INT) {
          return OptionalLong.of(parser.getLongValue());
        }
        parser.skipChildren();
      }
      return OptionalLong.empty();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
