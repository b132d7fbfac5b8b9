package io.freshet.delta.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.Optional;

/**
 * The actions of a file of the log, a JSON object each line (Delta protocol, section <i>Delta Log
 * Entries</i>). The last line may lack its end, as those of delta-rs do; a line that is no complete
 * object was cut off, or is still being written.
 */
final class ActionLines {
  private final BufferedReader lines;
  private Optional<String> ahead;
  private boolean isEmpty = true;
  private Optional<JsonProcessingException> torn = Optional.empty();

  ActionLines(InputStream in) throws IOException {
    this.lines = new BufferedReader(new InputStreamReader(in, UTF_8));
    this.ahead = line();
  }

  /**
   * The next action; empty at the end, and at a line that is no complete object: of a file that is
   * being written any part may be there later than what follows it.
   */
  Optional<JsonNode> next() throws IOException {
    if (ahead.isEmpty()) {
      return Optional.empty();
    }
    String line = ahead.get();
    ahead = line();
    try {
      JsonNode action = LogJson.MAPPER.readTree(line);
      if (!action.isObject()) {
        throw new JsonParseException(null, "A line is no JSON object");
      }
      isEmpty = false;
      return Optional.of(action);
    } catch (JsonProcessingException e) {
      torn = Optional.of(e);
      ahead = Optional.empty();
      return Optional.empty();
    }
  }

  private Optional<String> line() throws IOException {
    String line = lines.readLine();
    while (line != null && line.isBlank()) {
      line = lines.readLine();
    }
    return Optional.ofNullable(line);
  }

  /** Whether there was an action, and none that was cut off; asked at the end. */
  boolean isWhole() {
    return !isEmpty && torn.isEmpty();
  }

  /** Why a line is no action; empty if each is one, or if there is no line. */
  Optional<JsonProcessingException> torn() {
    return torn;
  }
}
