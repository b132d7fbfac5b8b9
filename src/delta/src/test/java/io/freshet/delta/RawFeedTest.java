package io.freshet.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.delta.table.Corpus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The feed as JSON lines, against what Spark reads of the same range. */
class RawFeedTest {

  @TempDir private static Path folder;
  private static Corpus corpus;

  @BeforeAll
  static void unpack() throws IOException, InterruptedException {
    corpus = Corpus.unpack(folder);
  }

  private static RawFeed feed(String name, OptionalLong from, OptionalLong to) {
    return FeedLines.feed(corpus.table(name), from, to);
  }

  private static List<JsonNode> read(RawFeed feed) throws IOException, InterruptedException {
    return FeedLines.read(feed);
  }

  private static List<String> sorted(List<JsonNode> rows) {
    return FeedLines.sorted(rows);
  }

  private static List<JsonNode> expected(String name) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (long version = 0; version <= corpus.meta(name).get("last").asLong(); version++) {
      rows.addAll(corpus.expected(name, version));
    }
    return rows;
  }

  @Test
  void wholeRangesAreWhatSparkReads() throws Exception {
    int tables = 0;
    for (String name : corpus.names()) {
      String mode = corpus.meta(name).get("expected_mode").asText();
      if (mode.startsWith("full_range_from_")) {
        long from = Long.parseLong(mode.substring("full_range_from_".length()));
        assertEquals(
            sorted(expected(name)),
            sorted(read(feed(name, OptionalLong.of(from), OptionalLong.empty()))),
            name);
        tables++;
      }
    }
    assertEquals(15, tables);
  }

  @Test
  void withoutAFirstVersionTheOldestFromWhichAllCanBeReadIsTaken() throws Exception {
    for (String name : List.of("append_many", "cdf_midway", "log_cleanup")) {
      assertEquals(
          sorted(expected(name)),
          sorted(read(feed(name, OptionalLong.empty(), OptionalLong.empty()))),
          name);
    }
  }

  @Test
  void lastVersionIsTheLastThatIsRead() throws Exception {
    List<JsonNode> rows = read(feed("dv_cdf", OptionalLong.of(2), OptionalLong.of(3)));
    List<JsonNode> expected = new ArrayList<>(corpus.expected("dv_cdf", 2));
    expected.addAll(corpus.expected("dv_cdf", 3));
    assertEquals(sorted(expected), sorted(rows));
  }

  @Test
  void rangeWithAVersionThatCannotBeReadIsRefusedBeforeItsFirstRow() {
    FreshetException off =
        assertThrows(
            FreshetException.class,
            () -> feed("cdf_midway", OptionalLong.of(0), OptionalLong.empty()));
    assertEquals(FailureCategory.FEED_OFF, off.category());
    assertTrue(off.getMessage().contains("at version 0 of"), off.getMessage());
    assertEquals(
        FailureCategory.FEED_OFF,
        assertThrows(
                FreshetException.class,
                () -> feed("cdf_off", OptionalLong.empty(), OptionalLong.empty()))
            .category());
    assertEquals(
        FailureCategory.HISTORY_LOST,
        assertThrows(
                FreshetException.class,
                () -> feed("log_cleanup", OptionalLong.of(3), OptionalLong.empty()))
            .category());
  }

  @Test
  void versionWhoseFilesAreGoneIsNamedWithTheFile() {
    RawFeed feed = feed("vacuum_cdc", OptionalLong.of(2), OptionalLong.of(2));
    FreshetException lost = assertThrows(FreshetException.class, () -> read(feed));
    assertEquals(FailureCategory.HISTORY_LOST, lost.category());
    assertTrue(lost.getMessage().startsWith("The changes of version 2 of "), lost.getMessage());
    assertTrue(lost.getMessage().contains("_change_data"), lost.getMessage());
  }

  @Test
  void versionsThatTheTableHasNotAreRefused() {
    for (long[] range : new long[][] {{-1, 3}, {5, 3}, {0, 99}}) {
      FreshetException refused =
          assertThrows(
              FreshetException.class,
              () -> feed("append_many", OptionalLong.of(range[0]), OptionalLong.of(range[1])));
      assertEquals(FailureCategory.OPTION, refused.category());
    }
  }
}
