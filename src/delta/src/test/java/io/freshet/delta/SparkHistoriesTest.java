package io.freshet.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.io.schubfach.FloatToDecimal;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.freshet.delta.table.Corpus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.beam.sdk.schemas.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random histories of tables that Spark wrote, against what Spark reads of them: merges,
 * overwrites, restores, vacuums and changes of the schema, with deletion vectors, column mapping
 * and in-commit timestamps. {@code spark_histories.py} makes more of them; {@code
 * -Dfreshet.histories=FOLDER} reads those of a folder.
 */
class SparkHistoriesTest {
  @TempDir private static Path folder;

  @Test
  void everyReadableRangeIsWhatSparkReads() throws Exception {
    String others = System.getProperty("freshet.histories", "");
    Corpus histories =
        others.isEmpty() ? Corpus.unpackHistories(folder) : Corpus.open(Path.of(others));
    int rows = 0;
    for (String name : histories.names()) {
      JsonNode meta = histories.meta(name);
      List<long[]> ranges = new ArrayList<>();
      if (meta.get("expected_mode").asText().equals("per_version")) {
        meta.get("readable").forEach(v -> ranges.add(new long[] {v.asLong(), v.asLong()}));
      } else {
        ranges.add(new long[] {meta.get("first_json").asLong(), meta.get("last").asLong()});
      }
      for (long[] range : ranges) {
        List<JsonNode> expected = new ArrayList<>();
        for (long version = range[0]; version <= range[1]; version++) {
          expected.addAll(histories.expected(name, version));
        }
        RawFeed feed =
            FeedLines.feed(
                histories.table(name), OptionalLong.of(range[0]), OptionalLong.of(range[1]));
        expected.forEach(row -> shortenFloats((ObjectNode) row, feed.schema()));
        List<JsonNode> read = FeedLines.read(feed);
        assertEquals(
            FeedLines.sorted(expected),
            FeedLines.sorted(read),
            () -> name + " from version " + range[0] + " to " + range[1]);
        rows += read.size();
      }
    }
    if (others.isEmpty()) {
      assertEquals(8, histories.names().size());
      assertEquals(168, rows, "rows that Spark reads of all of them");
    }
  }

  /** Spark's were written as doubles of the same value. */
  private static void shortenFloats(ObjectNode row, Schema schema) {
    for (Schema.Field field : schema.getFields()) {
      JsonNode value = row.path(field.getName());
      if (field.getType().getTypeName() == Schema.TypeName.FLOAT && value.isNumber()) {
        row.put(field.getName(), Double.parseDouble(FloatToDecimal.toString(value.floatValue())));
      }
    }
  }
}
