package io.freshet.ledger;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerStoreTest {
  private static final Contents.Note NOTE = new Contents.Note(7);
  private static final String A = "stop_00000001-00000000aa";
  private static final String WHOLE = "stop_00000002-00000000aa";
  private static final String TORN = "stop_00000003-00000000aa";
  private static final String TABLE = Names.TableName.create(5).file();

  @TempDir Path folder;

  /** A store without a cache of what another one has written. */
  private LedgerStore store() {
    return LedgerStore.open(new LedgerAddress(folder.toUri().toString(), Map.of()));
  }

  @Test
  void whatIsWrittenIsListedAndReadByOthers() throws IOException {
    store().write(A, NOTE);
    assertEquals(List.of(A), store().list());
    assertEquals(Optional.of(NOTE), store().read(A, Contents.Note.class));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(1, files.count(), "no checksum file beside it");
    }
  }

  @Test
  void fileThatIsCutOffAnywhereCountsAsAbsent() throws IOException {
    store().write(WHOLE, NOTE);
    byte[] whole = Files.readAllBytes(folder.resolve(WHOLE));
    for (int length = 0; length < whole.length; length++) {
      Files.write(folder.resolve(TORN), Arrays.copyOf(whole, length));
      assertEquals(Optional.empty(), store().read(TORN, Contents.Note.class));
    }
  }

  @Test
  void fileThatIsNotJsonIsReadAsItWasWrittenOrCountsAsAbsent() throws IOException {
    String whole = Names.TableName.create(1).file();
    String torn = Names.TableName.create(2).file();
    String damaged = Names.TableName.create(3).file();
    byte[] content = {0, '\n', -1, '\n', 7};
    store().writeBytes(whole, content);
    assertArrayEquals(content, store().readBytes(whole).orElseThrow());
    byte[] all = Files.readAllBytes(folder.resolve(whole));
    for (int length = 0; length < all.length; length++) {
      Files.write(folder.resolve(torn), Arrays.copyOf(all, length));
      assertEquals(Optional.empty(), store().readBytes(torn));
      byte[] changed = all.clone();
      changed[length] ^= 1;
      Files.write(folder.resolve(damaged), changed);
      assertEquals(Optional.empty(), store().readBytes(damaged));
    }
    assertEquals(Optional.empty(), store().readBytes(Names.TableName.create(4).file()));
  }

  @Test
  void damagedFileCountsAsAbsent() throws IOException {
    store().write(A, NOTE);
    Path file = folder.resolve(A);
    Files.writeString(file, Files.readString(file).replace('7', '8'));
    assertEquals(Optional.empty(), store().read(A, Contents.Note.class));
  }

  @Test
  void tornFileIsReadOnceItIsWhole() throws IOException {
    store().write(WHOLE, NOTE);
    LedgerStore store = store();
    Files.createFile(folder.resolve(A));
    assertEquals(Optional.empty(), store.read(A, Contents.Note.class));
    Files.write(folder.resolve(A), Files.readAllBytes(folder.resolve(WHOLE)));
    assertEquals(Optional.of(NOTE), store.read(A, Contents.Note.class));
  }

  @Test
  void fileIsWrittenOnce() {
    LedgerStore store = store();
    store.write(A, NOTE);
    FreshetException refused =
        assertThrows(FreshetException.class, () -> store.write(A, new Contents.Note(8)));
    assertEquals(FailureCategory.STORAGE_UNAVAILABLE, refused.category());
    assertEquals(Optional.of(NOTE), store().read(A, Contents.Note.class));
  }

  @Test
  void fileThatIsGoneIsAbsentAndMayBeDeletedAgain() {
    LedgerStore store = store();
    store.write(A, NOTE);
    store.delete(List.of(A, "never there"));
    assertEquals(Optional.empty(), store.read(A, Contents.Note.class));
    assertEquals(List.of(), store.list());
  }

  private static LedgerStore failing(Thrower thrower) {
    return new MemoryFileSystem(
            new MemoryFileSystem.Between() {
              @Override
              public void operations(String file) throws IOException {
                thrower.fail();
              }

              @Override
              public boolean listed() {
                return true;
              }
            })
        .store();
  }

  private interface Thrower {
    void fail() throws IOException;
  }

  static List<Thrower> failures() {
    return List.of(
        () -> {
          throw new IOException("down");
        },
        () -> {
          throw FullDevice.error();
        },
        () -> {
          throw new UncheckedIOException(new IOException("down"));
        },
        () -> {
          throw new InvalidPathException(
              "x", "Malformed input or input contains unmappable characters");
        });
  }

  @ParameterizedTest
  @MethodSource("failures")
  void storageThatFailsIsNeverTakenForAnAbsentFile(Thrower thrower) {
    LedgerStore store = failing(thrower);
    for (Runnable operation :
        List.<Runnable>of(
            store::list,
            () -> store.read(A, Contents.Note.class),
            () -> store.write(A, NOTE),
            () -> store.writeBytes(TABLE, new byte[] {1}),
            () -> store.readBytes(TABLE),
            () -> store.delete(List.of(A)))) {
      FreshetException thrown = assertThrows(FreshetException.class, operation::run);
      assertEquals(FailureCategory.STORAGE_UNAVAILABLE, thrown.category());
      assertTrue(thrown.getCause() != null, "the cause is named");
    }
  }

  @Test
  void fileThatTakesNoBytesIsNotLeftBehind() {
    MemoryFileSystem full = MemoryFileSystem.calm();
    LedgerStore store = full.store();
    full.fillUp(true);
    assertThrows(FreshetException.class, () -> store.write(A, NOTE));
    assertThrows(FreshetException.class, () -> store.writeBytes(TABLE, new byte[] {1}));
    assertEquals(List.of(), store.list());
    full.fillUp(false);
    store.write(A, NOTE);
    assertEquals(Optional.of(NOTE), full.store().read(A, Contents.Note.class));
  }

  @Test
  void fileThatIsWholeStaysThoughItsWritingFailed() {
    MemoryFileSystem files = MemoryFileSystem.calm();
    LedgerStore store = files.store();
    files.loseAnswers(true);
    assertThrows(FreshetException.class, () -> store.write(A, NOTE));
    files.loseAnswers(false);
    assertEquals(Optional.of(NOTE), files.store().read(A, Contents.Note.class));
  }

  @Test
  void nameThatNobodyWouldFindAgainIsNotWritten() {
    LedgerStore store = store();
    for (String name : List.of("heartbeat_1", "100000000000000_done_0123456789")) {
      FreshetException refused =
          assertThrows(FreshetException.class, () -> store.write(name, NOTE));
      assertEquals(FailureCategory.LEDGER_MISMATCH, refused.category());
      assertThrows(FreshetException.class, () -> store.writeBytes(name, new byte[] {1}));
    }
    assertEquals(List.of(), store.list());
  }

  @Test
  void ledgerThatWasThereIsNeverEmptyLater() throws IOException {
    LedgerStore store = store();
    store.write(Names.doneFile(0), NOTE);
    assertEquals(1, store.list().size());
    Path away = folder.resolveSibling(folder.getFileName() + "-away");
    Files.move(folder, away);
    assertUnavailable(store::list);
    assertUnavailable(() -> store.read(A, Contents.Note.class));
    Files.createDirectory(folder);
    assertUnavailable(store::list);
    Files.delete(folder);
    Files.move(away, folder);
    assertEquals(1, store.list().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"identity_0123456789", "collection_0123456789", "beginning_0123456789"})
  void listingThatLacksWhatNobodyDeletesIsAFailure(String name) throws IOException {
    LedgerStore store = store();
    store.write(name, NOTE);
    store.write(A, NOTE);
    LedgerStore other = store();
    assertEquals(2, other.list().size());
    Files.delete(folder.resolve(name));
    assertUnavailable(store::list);
    assertEquals(List.of(A), other.list(), "it has not read that file");
  }

  @Test
  void fileThatIsThereAndCannotBeOpenedIsNotAbsent() throws IOException {
    // As where a descriptor or a permission is lacking, Java says that it was not found.
    Files.createDirectory(folder.resolve(A));
    assertUnavailable(() -> store().read(A, Contents.Note.class));
    Files.createDirectory(folder.resolve(TABLE));
    assertUnavailable(() -> store().readBytes(TABLE));
  }

  @Test
  void linkThatLeadsNowhereIsNotAnEmptyLedger() throws IOException {
    Path link = folder.resolve("link");
    Files.createSymbolicLink(link, folder.resolve("disk"));
    LedgerStore store = LedgerStore.open(new LedgerAddress(link.toUri().toString(), Map.of()));
    assertUnavailable(store::list);
    Files.createDirectory(folder.resolve("disk"));
    assertEquals(List.of(), store.list());
  }

  @Test
  void folderThatIsNoFolderIsNotAnEmptyLedger() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    LedgerStore store = LedgerStore.open(new LedgerAddress(file.toUri().toString(), Map.of()));
    assertUnavailable(store::list);
  }

  private static void assertUnavailable(Runnable operation) {
    FreshetException thrown = assertThrows(FreshetException.class, operation::run);
    assertEquals(FailureCategory.STORAGE_UNAVAILABLE, thrown.category());
  }

  @Test
  void filesOfOthersAreLeftAlone() throws IOException {
    for (String name : List.of("2024-backup", "generation", "_SUCCESS", "7_done", ".x.crc")) {
      Files.createFile(folder.resolve(name));
    }
    LedgerView view = LedgerView.of(store().list());
    assertEquals(0, view.size());
    assertTrue(view.done().isEmpty());
  }
}
