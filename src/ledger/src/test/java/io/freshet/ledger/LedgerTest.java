package io.freshet.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.VectorOrigin;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private final MemoryFileSystem files = MemoryFileSystem.calm();
  private final AdjustableClock clock = new AdjustableClock();
  private final Ledger ledger = ledger();

  private Ledger ledger() {
    return new Ledger(files.store(), clock);
  }

  private void tearAll(String prefix) {
    files.files().keySet().stream().filter(n -> n.startsWith(prefix)).forEach(files::tear);
  }

  private static void assertMismatch(Runnable refused) {
    FreshetException thrown = assertThrows(FreshetException.class, refused::run);
    assertEquals(FailureCategory.LEDGER_MISMATCH, thrown.category());
  }

  @Test
  void damagedRecordsAreNamedAndNotToBeThrownAway() {
    ledger.start(Cursor.changesFrom(0));
    String record = Names.doneFile(5);
    files.files().put(record, new byte[0]);
    files.files().keySet().removeIf(name -> name.contains("_done_") && !name.equals(record));

    FreshetException thrown = assertThrows(FreshetException.class, () -> ledger().cursor());

    assertEquals(FailureCategory.LEDGER_MISMATCH, thrown.category());
    assertTrue(thrown.getMessage().contains("damaged (" + record + ")"), thrown::getMessage);
    assertFalse(thrown.getMessage().contains("empty"), thrown::getMessage);
  }

  @Test
  void otherVectorsThanTheLedgersAreRefusedByBothNames() {
    Ledger ledger = new Ledger(MemoryFileSystem.calm().store(), new AdjustableClock());
    VectorOrigin first = new VectorOrigin("hash text={a}", "hash text={col-1}");
    ledger.requireVectorOrigin(first); // Nothing is known yet: as in a ledger of a release before.
    ledger.recordVectorOrigin(first);
    ledger.recordVectorOrigin(first);
    assertEquals(1, ledger.view().vectors().size());
    ledger.requireVectorOrigin(first);

    VectorOrigin other = new VectorOrigin("hash text={b}", "hash text={col-2}");
    FreshetException refused =
        assertThrows(FreshetException.class, () -> ledger.requireVectorOrigin(other));

    assertEquals(FailureCategory.LEDGER_MISMATCH, refused.category());
    assertTrue(refused.getMessage().contains("'hash text={a}'"), refused::getMessage);
    assertTrue(refused.getMessage().contains("'hash text={b}'"), refused::getMessage);
  }

  @Test
  void columnThatWasRenamedOrCameAnewMakesTheSameVectors() {
    Ledger ledger = new Ledger(MemoryFileSystem.calm().store(), new AdjustableClock());
    ledger.recordVectorOrigin(new VectorOrigin("hash text={a}", "hash text={col-1}"));
    VectorOrigin renamed = new VectorOrigin("hash text={b}", "hash text={col-1}");
    ledger.requireVectorOrigin(renamed);
    ledger.recordVectorOrigin(renamed);
    assertEquals(Optional.of(renamed), ledger.vectorOrigin());
    ledger.requireVectorOrigin(new VectorOrigin("hash text={b}", "hash text={col-9}"));
  }

  @Test
  void ledgerStaysThatOfItsTable() {
    LedgerIdentity identity = ledger.identify("table id", "/data/t");
    assertEquals(identity, ledger().identify("table id", "/moved/t"));
    assertMismatch(() -> ledger().identify("another id", "/data/t"));
  }

  @Test
  void ledgerStaysThatOfItsCollection() {
    assertFalse(ledger.isBoundToCollection());
    ledger.bindCollection("default", "users");
    ledger().bindCollection("default", "users");
    assertTrue(ledger().isBoundToCollection());
    assertMismatch(() -> ledger().bindCollection("default", "others"));
    assertMismatch(() -> ledger().bindCollection("staging", "users"));
  }

  @Test
  void tornIdentityDoesNotStandInTheWayOfAnother() {
    for (int i = 0; i < 20; i++) {
      ledger.identify("table id", "/data/t");
      ledger.bindCollection("default", "users");
      tearAll("identity_");
      tearAll("collection_");
    }
    assertEquals("table id", ledger().identify("table id", "/data/t").tableId());
    ledger().bindCollection("default", "users");
    assertTrue(ledger().isBoundToCollection());
  }

  @Test
  void startIsRecordedOnce() {
    assertEquals(Optional.empty(), ledger.cursor());
    assertEquals(Optional.empty(), ledger.status().cursor());
    ledger.start(Cursor.snapshotAt(7));
    assertEquals(Optional.of(Cursor.snapshotAt(7)), ledger().cursor());
  }

  @Test
  void startThatWasTornOffIsNone() {
    ledger.start(Cursor.changesFrom(7));
    tearAll("000000000000_done_");
    assertEquals(Optional.empty(), ledger().cursor());
    ledger().start(Cursor.changesFrom(8));
    assertEquals(Optional.of(Cursor.changesFrom(8)), ledger().cursor());
  }

  @Test
  void ledgerThatHasLostItsRecordsDoesNotStartAnew() {
    Pipeline pipeline = new Pipeline();
    assertTrue(pipeline.coordinator().poll().isPresent());
    pipeline.files.files().keySet().removeIf(name -> name.contains("_done_"));
    assertMismatch(() -> pipeline.ledger().cursor());
  }

  @Test
  void recordThatIsFoldedAwayBetweenListingAndReadingIsFollowedByTheNext() {
    Pipeline pipeline = new Pipeline();
    pipeline.commits = 5;
    SliceCoordinator coordinator = pipeline.coordinator();
    // Three operations list the folder; the fourth opens the record.
    pipeline.files.interrupt(
        4,
        () -> {
          for (int i = 0; i < 3; i++) {
            pipeline.write(coordinator.poll().orElseThrow());
          }
          assertTrue(coordinator.poll().isPresent());
        });
    assertEquals(Optional.of(Cursor.changesFrom(3)), pipeline.ledger().cursor());
  }

  @Test
  void theLastBeginningCountsThoughTheClockWasSetBackSince() {
    MemoryFileSystem files = MemoryFileSystem.calm();
    AdjustableClock clock = new AdjustableClock();
    Ledger ledger = new Ledger(files.store(), clock);
    ledger.start(Cursor.changesFrom(5));
    // Killed before the first record.
    files.files().keySet().removeIf(name -> name.contains("_done_"));
    clock.step(Duration.ofHours(-2));
    Ledger next = new Ledger(files.store(), clock);
    next.start(Cursor.changesFrom(9));
    assertEquals(Optional.of(Cursor.changesFrom(9)), next.beginning());
  }
}
