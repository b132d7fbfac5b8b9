package io.freshet.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.Time;
import io.freshet.testing.Await;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnershipTest {
  private static final Duration BEAT = Duration.ofMillis(20);
  private static final Duration SILENCE = Duration.ofSeconds(2);
  private static final Duration SHORT_SILENCE = Duration.ofMillis(50);
  private static final Duration NEVER = Duration.ofHours(1);

  @TempDir java.nio.file.Path folder;

  private Ledger ledger() {
    return new Ledger(
        LedgerStore.open(new LedgerAddress(folder.toUri().toString(), Map.of())), Time.SYSTEM);
  }

  private static void assertInUse(Ledger ledger, Duration silence) {
    FreshetException refused =
        assertThrows(FreshetException.class, () -> Ownership.take(ledger, BEAT, silence));
    assertEquals(FailureCategory.LEDGER_IN_USE, refused.category());
  }

  @Test
  void secondPipelineIsRefusedWhileTheHeartbeatGoesOn() {
    try (Ownership first = Ownership.take(ledger(), BEAT, SILENCE)) {
      assertInUse(ledger(), SILENCE);
      assertTrue(first.isOwner());
    }
  }

  @Test
  void aHeartbeatThatGivesWayToTheNextDuringTheListingIsNoGivingBack() {
    MemoryFileSystem files =
        new MemoryFileSystem(
            new MemoryFileSystem.Between() {
              @Override
              public void operations(String file) {}

              @Override
              public boolean listed() {
                return false;
              }
            });
    AdjustableClock clock = new AdjustableClock();
    try (Ownership first = Ownership.take(new Ledger(files.store(), clock), NEVER, SILENCE)) {
      files.interrupt(
          2,
          () -> {
            files.files().keySet().removeIf(name -> name.startsWith("heartbeat_"));
            files.files().put("heartbeat_" + first.generation() + "_000000999999", new byte[0]);
          });
      Ownership.take(new Ledger(files.store(), clock), NEVER, SILENCE).close();
      assertTrue(clock.nanos() >= SILENCE.toNanos(), "The owner was not watched");
    }
  }

  @Test
  void whoSleepsWhileItWatchesTheOwnerLooksAgain() {
    MemoryFileSystem files = MemoryFileSystem.calm();
    AdjustableClock clock = new AdjustableClock();
    try (Ownership first = Ownership.take(new Ledger(files.store(), clock), NEVER, SILENCE)) {
      files.interrupt(
          // When the watch has listed for the first time.
          7,
          () -> {
            clock.advance(NEVER);
            files.files().keySet().removeIf(name -> name.startsWith("heartbeat_"));
            files.files().put("heartbeat_" + first.generation() + "_000000999999", new byte[0]);
          });
      assertInUse(new Ledger(files.store(), clock), SILENCE);
    }
  }

  @Test
  void whoSleptAfterItFoundTheLedgerFreeLooksAgain() {
    for (int step = 1; step <= 8; step++) {
      MemoryFileSystem files = MemoryFileSystem.calm();
      AdjustableClock clock = new AdjustableClock();
      Ledger others = new Ledger(files.store(), clock);
      files.interrupt(
          step,
          () -> {
            clock.advance(NEVER);
            Ownership.take(others, NEVER, SILENCE);
          });
      Ownership.take(new Ledger(files.store(), clock), NEVER, SILENCE).close();
      assertTrue(
          clock.nanos() >= NEVER.plus(SILENCE).toNanos(),
          "The owner who came before operation " + step + " was not watched");
    }
  }

  @Test
  void secondPipelineIsRefusedThoughTheFirstHeartbeatThatItSeesIsTorn() {
    Ledger ledger = ledger();
    try (Ownership first = Ownership.take(ledger, BEAT, SILENCE)) {
      MemoryFileSystem torn = MemoryFileSystem.calm();
      ledger.store().list().forEach(name -> torn.files().put(name, new byte[0]));
      Ledger seen = new Ledger(torn.store(), Time.SYSTEM);
      torn.interrupt(
          // After the first listing and the reading of what it has.
          5,
          () -> {
            torn.files().keySet().removeIf(name -> name.startsWith("heartbeat_"));
            torn.files().put("heartbeat_" + first.generation() + "_000000999999", new byte[0]);
          });
      assertInUse(seen, SILENCE);
    }
  }

  @Test
  void silentOwnerIsReplacedAndSeesIt() {
    try (Ownership silent = Ownership.take(ledger(), NEVER, SHORT_SILENCE);
        Ownership second = Ownership.take(ledger(), BEAT, SHORT_SILENCE)) {
      assertTrue(second.isOwner());
      assertFalse(silent.isOwner());
    }
  }

  @Test
  void ownerWhoseProcessWasKilledIsReplacedAtOnce() throws Exception {
    Ledger ledger = ledger();
    String generation = Names.generation(3);
    ledger
        .store()
        .write(
            "heartbeat_" + generation + "_000000000000",
            new Contents.Heartbeat(HostProcessTest.killed(), ledger.time().millis()));
    ledger.store().write("generation_" + generation, new Contents.Note(0));
    try (Ownership next = Ownership.take(ledger(), BEAT, NEVER)) {
      assertTrue(next.isOwner());
      assertEquals(4, Names.generationNumber(next.generation()));
    }
  }

  @Test
  void ownershipThatWasGivenBackIsTakenAtOnce() {
    Ownership.take(ledger(), BEAT, NEVER).close();
    try (Ownership next = Ownership.take(ledger(), BEAT, NEVER)) {
      assertTrue(next.isOwner());
    }
  }

  @Test
  void startingAgainAndAgainLeavesNothingBehind() {
    for (int i = 0; i < 20; i++) {
      try (Ownership owner = Ownership.take(ledger(), BEAT, SILENCE)) {
        owner.stopHandingOut();
        owner.stopHandingOut();
      }
    }
    assertTrue(ledger().view().size() <= 2, ledger().store().list().toString());
  }

  @Test
  void heartbeatsDoNotPileUp() {
    Ledger ledger = ledger();
    try (Ownership owner = Ownership.take(ledger, BEAT, SILENCE)) {
      Await.until(
          "tenth heartbeat",
          Duration.ofSeconds(20),
          () ->
              ledger.view().heartbeats(owner.generation()).stream()
                  .anyMatch(
                      name ->
                          name.compareTo("heartbeat_" + owner.generation() + "_000000000010") > 0));
      assertTrue(ledger.view().heartbeats(owner.generation()).size() <= 2);
    }
    assertEquals(
        List.of(),
        ledger.store().list().stream().filter(name -> name.startsWith("heartbeat")).toList());
  }

  /** A disk that makes files and takes no bytes while it is full. */
  private static final class FullDisk extends RawLocalFileSystem {
    private final AtomicInteger refused = new AtomicInteger();
    private volatile boolean full;

    FullDisk() throws IOException {
      initialize(URI.create("file:///"), new Configuration(false));
    }

    @Override
    public FSDataOutputStream create(
        Path path,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress)
        throws IOException {
      FSDataOutputStream made =
          super.create(path, overwrite, bufferSize, replication, blockSize, progress);
      if (!full) {
        return made;
      }
      made.close();
      refused.incrementAndGet();
      return FullDevice.open();
    }
  }

  @Test
  void heartbeatGoesOnWhenTheDiskHasRoomAgainAndLeavesNoTornOnes() throws IOException {
    FullDisk disk = new FullDisk();
    Ledger ledger = new Ledger(new LedgerStore(disk, new Path(folder.toUri())), Time.SYSTEM);
    try (Ownership owner = Ownership.take(ledger, BEAT, SILENCE)) {
      disk.full = true;
      Await.until("failures", Duration.ofSeconds(20), () -> disk.refused.get() > 10);
      assertTrue(ledger.view().heartbeats(owner.generation()).size() <= 2);
      disk.full = false;
      int tried = disk.refused.get();
      Await.until(
          "a sign of life after that",
          Duration.ofSeconds(20),
          () ->
              ledger.view().heartbeats(owner.generation()).stream()
                  .anyMatch(name -> name.compareTo(beat(owner, tried + 2)) > 0));
      assertTrue(owner.isOwner());
    }
  }

  private static String beat(Ownership owner, int number) {
    return String.format("heartbeat_%s_%012d", owner.generation(), number);
  }

  @Test
  void ledgerThatCannotBeGivenBackEndsNothing() throws IOException {
    FullDisk disk = new FullDisk();
    Ledger ledger = new Ledger(new LedgerStore(disk, new Path(folder.toUri())), Time.SYSTEM);
    Ownership owner = Ownership.take(ledger, NEVER, SILENCE);
    String last = ledger.view().heartbeats(owner.generation()).get(0);
    // What cannot be deleted.
    java.nio.file.Path heartbeat = folder.resolve(last);
    Files.delete(heartbeat);
    Files.createDirectories(heartbeat.resolve("occupied"));
    owner.close();
    assertTrue(Files.exists(heartbeat));
  }

  @Test
  void ownerLearnsWhyItMustStop() {
    Ledger ledger = ledger();
    try (Ownership owner = Ownership.take(ledger, BEAT, SILENCE)) {
      owner.requireHeld();
      Halt.record(ledger, owner.generation(), FailureCategory.CORRUPT_FILE, "A file is corrupt");
      FreshetException why = assertThrows(FreshetException.class, owner::requireHeld);
      assertEquals(FailureCategory.CORRUPT_FILE, why.category());
      assertEquals("A file is corrupt", why.getMessage());
    }
  }

  @Test
  void renewedOwnershipIsAtNoStepFoundFree() {
    // Each operation of a renewal is preceded by a look of somebody else, until it has no more.
    boolean looked = true;
    for (int step = 1; looked; step++) {
      MemoryFileSystem files = MemoryFileSystem.calm();
      Ledger ledger = new Ledger(files.store(), Time.SYSTEM);
      List<Integer> heartbeats = new ArrayList<>();
      try (Ownership owner = Ownership.take(ledger, NEVER, SILENCE)) {
        Ledger other = new Ledger(files.store(), Time.SYSTEM);
        files.interrupt(
            step,
            () -> {
              LedgerView view = other.view();
              heartbeats.add(view.heartbeats(view.newestGeneration().orElseThrow()).size());
            });
        owner.renew();
        files.interrupt(0, () -> {});
      }
      looked = !heartbeats.isEmpty();
      assertFalse(heartbeats.contains(0), "no heartbeat before operation " + step);
    }
  }

  @Test
  void renewedOwnershipOwnsUnderAnotherGenerationAndLeavesNothingOfTheOneBefore() {
    Ledger ledger = ledger();
    try (Ownership owner = Ownership.take(ledger, BEAT, SILENCE)) {
      String first = owner.generation();
      owner.stopHandingOut();

      owner.renew();

      assertTrue(owner.isOwner());
      assertFalse(ledger.isOwnedBy(first));
      assertFalse(ledger.view().isStopped(owner.generation()));
      assertEquals(List.of(), filesOf(ledger, first));
      assertInUse(ledger(), SILENCE);
    }
    assertEquals(List.of(), filesOf(ledger, "heartbeat"));
  }

  @Test
  void renewalThatFailedIsRepeatedAndTheLedgerKeepsItsHeartbeat() {
    // Where the storage fails, and what of the renewal is there all the same.
    for (String failing : List.of("heartbeat_", "generation_")) {
      for (boolean torn : new boolean[] {false, true}) {
        boolean[] away = {false};
        MemoryFileSystem[] files = new MemoryFileSystem[1];
        files[0] =
            new MemoryFileSystem(
                new MemoryFileSystem.Between() {
                  @Override
                  public void operations(String file) throws IOException {
                    if (away[0] && file.startsWith(failing)) {
                      if (torn) {
                        files[0].files().put(file, new byte[0]);
                      }
                      throw new IOException("away");
                    }
                  }

                  @Override
                  public boolean listed() {
                    return true;
                  }
                });
        Ledger ledger = new Ledger(files[0].store(), Time.SYSTEM);
        try (Ownership owner = Ownership.take(ledger, NEVER, SILENCE)) {
          away[0] = true;
          for (int times = 0; times < 3; times++) {
            FreshetException failed = assertThrows(FreshetException.class, owner::renew);
            assertEquals(FailureCategory.STORAGE_UNAVAILABLE, failed.category());
            LedgerView view = ledger.view();
            assertFalse(view.heartbeats(view.newestGeneration().orElseThrow()).isEmpty());
          }
          away[0] = false;

          owner.renew();

          owner.requireHeld();
          assertEquals(2, ledger.view().size(), () -> ledger.store().list().toString());
        }
      }
    }
  }

  @Test
  void ownershipThatAnotherPipelineHasTakenIsNotRenewed() {
    try (Ownership silent = Ownership.take(ledger(), NEVER, SHORT_SILENCE);
        Ownership second = Ownership.take(ledger(), BEAT, SHORT_SILENCE)) {
      FreshetException refused = assertThrows(FreshetException.class, silent::renew);
      assertEquals(FailureCategory.LEDGER_IN_USE, refused.category());
      assertTrue(second.isOwner());
    }
  }

  @Test
  void whoSleptUntilAnotherPipelineTookTheLedgerMovesItsCursorNoMore() {
    MemoryFileSystem files = MemoryFileSystem.calm();
    Ledger ledger = new Ledger(files.store(), new AdjustableClock());
    for (int step = 1; step <= 8; step++) {
      boolean[] slept = {false};
      try (Ownership slow = Ownership.take(ledger, NEVER, SHORT_SILENCE)) {
        if (ledger.cursor().isEmpty()) {
          ledger.start(Cursor.changesFrom(200));
        }
        Ledger others = new Ledger(files.store(), new AdjustableClock());
        files.interrupt(
            step,
            () -> {
              slept[0] = true;
              files.files().keySet().removeIf(name -> name.startsWith("heartbeat_"));
              Ownership.take(others, NEVER, SHORT_SILENCE);
            });
        try {
          slow.restartAfter(50, OutcomeTotals.NONE, Anchor.NONE);
        } catch (FreshetException e) {
          assertEquals(FailureCategory.LEDGER_IN_USE, e.category());
        }
        files.interrupt(0, () -> {});
        assertTrue(slept[0], "before operation " + step);
        assertEquals(Optional.of(Cursor.changesFrom(200)), ledger.cursor(), "at " + step);
      }
    }
  }

  private static List<String> filesOf(Ledger ledger, String part) {
    return ledger.store().list().stream().filter(name -> name.contains(part)).toList();
  }
}
