package io.freshet.uservectors.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.ledger.SliceLimits;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class UnusableRowsTest {
  private static UnusableRows of(int usable, int unusable) {
    UnusableRows rows = new UnusableRows();
    for (int i = 0; i < usable; i++) {
      rows.addUsable();
    }
    for (int i = 0; i < unusable; i++) {
      rows.addUnusable("row " + i);
    }
    return rows;
  }

  @Test
  void fewStopNothing() {
    of(0, 99).requireFew(limits(0.5));
    of(100, 100).requireFew(limits(0.5));
    of(0, 1_000).requireFew(limits(1));
    of(1_000, 0).requireFew(limits(0));
  }

  @Test
  void tooManyAreNamedByTheFirst() {
    FreshetException refused =
        assertThrows(FreshetException.class, () -> of(1_199, 1_200).requireFew(limits(0.5)));
    assertEquals(FailureCategory.TOO_MANY_REJECTS, refused.category());
    assertTrue(
        refused.getMessage().startsWith("1,200 of the table's 2,399 rows that count"),
        refused::getMessage);
    assertTrue(refused.getMessage().contains("(row 0)"), refused::getMessage);
  }

  private static SliceLimits limits(double maxRejects) {
    return new SliceLimits(1, Duration.ofSeconds(1), Duration.ofSeconds(1), maxRejects);
  }
}
