package io.freshet.delta.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of the older calendar, against what Spark reads of them: {@code legacy_calendars.py}. */
class LegacyCalendarsTest {
  @TempDir private static Path folder;

  @Test
  void datesAndTimestampsAreThoseThatSparkReads() throws Exception {
    Corpus corpus = Corpus.unpackCalendars(folder);
    TableLog log = TableLogs.open(corpus.table("legacy_calendars"), new Configuration());
    Schema schema = log.info().schema().schema();
    int rows = 0;
    for (long version = 0; version <= log.info().version(); version++) {
      List<String> expected = new ArrayList<>();
      for (JsonNode row : corpus.expected("legacy_calendars", version)) {
        expected.add(((ObjectNode) row).without("_commit_timestamp").toString());
      }
      assertEquals(
          expected.stream().sorted().toList(),
          changes(log.commit(version).orElseThrow(), schema).stream().sorted().toList(),
          "version " + version);
      rows += expected.size();
    }
    assertTrue(rows > 400, rows + " rows");
  }

  private static List<String> changes(Commit commit, Schema schema) throws InterruptedException {
    return JsonValues.changes(commit, schema).stream().map(JsonNode::toString).toList();
  }
}
