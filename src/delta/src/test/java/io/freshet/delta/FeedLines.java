package io.freshet.delta;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;

/** The raw feed as the JSON lines that it is printed as. */
final class FeedLines {
  private static final ObjectMapper JSON = new ObjectMapper();

  private FeedLines() {}

  static RawFeed feed(String table, OptionalLong from, OptionalLong to) {
    return new RawFeed(table, new Configuration(), from, to);
  }

  static List<JsonNode> read(RawFeed feed) throws IOException, InterruptedException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonRows rows = new JsonRows(out)) {
      feed.read(
          (version, timestamp, type, values) -> {
            try {
              rows.write(feed.schema(), values, type, version, timestamp);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
    List<JsonNode> lines = new ArrayList<>();
    for (String line : out.toString(StandardCharsets.UTF_8).lines().toList()) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  static List<String> sorted(List<JsonNode> rows) {
    return rows.stream().map(JsonNode::toString).sorted().toList();
  }
}
