package io.freshet.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.delta.table.TableInfo;
import io.freshet.delta.table.TableSchema;
import io.freshet.ledger.Cursor;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StartingPointTest {
  private static final TableInfo TABLE =
      new TableInfo("id", "file:/t", 7, new TableSchema(Schema.of(), Map.of()), List.of(), true);

  /** Versions 0 to 7, a second apart from 1970 on. */
  private static final FakeTableLog LOG = new FakeTableLog();

  @ParameterizedTest
  @CsvSource({
    "1970-01-01T00:00:03Z, 3",
    "1970-01-01T00:00:02.5Z, 3",
    "1970-01-01T02:00:03+02:00, 3",
    "1970-01-01T00:00:03, 3",
    "1970-01-01, 0",
    "1969-07-20, 0",
    "1970-01-01T00:00:07Z, 7",
    "2026-01-01T00:00:00Z, 8"
  })
  void aTimestampIsTheFirstCommitAtOrAfterIt(String timestamp, long version) {
    assertEquals(Cursor.changesFrom(version), StartingPoint.resolve(timestamp, TABLE, LOG));
  }

  @Test
  void latestIsWhatIsCommittedFromNowOn() {
    assertEquals(Cursor.changesFrom(8), StartingPoint.resolve("latest", TABLE, LOG));
  }

  @Test
  void snapshotIsTheTableAsItIs() {
    assertEquals(Cursor.snapshotAt(7), StartingPoint.resolve("snapshot", TABLE, LOG));
  }

  @Test
  void aNumberIsAVersionUpToTheNextOne() {
    assertEquals(Cursor.changesFrom(0), StartingPoint.resolve("0", TABLE, LOG));
    assertEquals(Cursor.changesFrom(8), StartingPoint.resolve("8", TABLE, LOG));
  }

  @ParameterizedTest
  @ValueSource(strings = {"9", "-1", "newest", "", "1.5"})
  void anythingElseIsRefusedByName(String text) {
    FreshetException refused =
        assertThrows(FreshetException.class, () -> StartingPoint.resolve(text, TABLE, LOG));

    assertEquals(FailureCategory.OPTION, refused.category());
    assertTrue(refused.getMessage().contains("--startingVersion=" + text), refused.getMessage());
  }
}
