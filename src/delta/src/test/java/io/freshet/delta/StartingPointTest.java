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
import org.junit.jupiter.params.provider.ValueSource;

class StartingPointTest {
  private static final TableInfo TABLE =
      new TableInfo("id", "file:/t", 7, new TableSchema(Schema.of(), Map.of()), List.of(), true);

  @Test
  void latestIsWhatIsCommittedFromNowOn() {
    assertEquals(Cursor.changesFrom(8), StartingPoint.resolve("latest", TABLE));
  }

  @Test
  void snapshotIsTheTableAsItIs() {
    assertEquals(Cursor.snapshotAt(7), StartingPoint.resolve("snapshot", TABLE));
  }

  @Test
  void aNumberIsAVersionUpToTheNextOne() {
    assertEquals(Cursor.changesFrom(0), StartingPoint.resolve("0", TABLE));
    assertEquals(Cursor.changesFrom(8), StartingPoint.resolve("8", TABLE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"9", "-1", "newest", "", "1.5"})
  void anythingElseIsRefusedByName(String text) {
    FreshetException refused =
        assertThrows(FreshetException.class, () -> StartingPoint.resolve(text, TABLE));

    assertEquals(FailureCategory.OPTION, refused.category());
    assertTrue(refused.getMessage().contains("--startingVersion=" + text), refused.getMessage());
  }
}
