package io.freshet.ledger;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerStoreTest {
  private static final Contents.Note NOTE = new Contents.Note(7);

  @TempDir Path folder;

  /** A store without a cache of what another one has written. */
  private LedgerStore store() {
    return LedgerStore.open(new LedgerAddress(folder.toUri().toString(), Map.of()));
  }

  @Test
  void whatIsWrittenIsListedAndReadByOthers() throws IOException {
    store().write("a", NOTE);
    assertEquals(List.of("a"), store().list());
    assertEquals(Optional.of(NOTE), store().read("a", Contents.Note.class));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(1, files.count(), "no checksum file beside it");
    }
  }

  @Test
  void fileThatIsCutOffAnywhereCountsAsAbsent() throws IOException {
    store().write("whole", NOTE);
    byte[] whole = Files.readAllBytes(folder.resolve("whole"));
    for (int length = 0; length < whole.length; length++) {
      Files.write(folder.resolve("torn"), Arrays.copyOf(whole, length));
      assertEquals(Optional.empty(), store().read("torn", Contents.Note.class));
    }
  }

  @Test
  void fileThatIsNotJsonIsReadAsItWasWrittenOrCountsAsAbsent() throws IOException {
    byte[] content = {0, '\n', -1, '\n', 7};
    store().writeBytes("whole", content);
    assertArrayEquals(content, store().readBytes("whole").orElseThrow());
    byte[] whole = Files.readAllBytes(folder.resolve("whole"));
    for (int length = 0; length < whole.length; length++) {
      Files.write(folder.resolve("torn"), Arrays.copyOf(whole, length));
      assertEquals(Optional.empty(), store().readBytes("torn"));
      byte[] damaged = whole.clone();
      damaged[length] ^= 1;
      Files.write(folder.resolve("damaged"), damaged);
      assertEquals(Optional.empty(), store().readBytes("damaged"));
    }
    assertEquals(Optional.empty(), store().readBytes("gone"));
  }

  @Test
  void damagedFileCountsAsAbsent() throws IOException {
    store().write("a", NOTE);
    Path file = folder.resolve("a");
    Files.writeString(file, Files.readString(file).replace('7', '8'));
    assertEquals(Optional.empty(), store().read("a", Contents.Note.class));
  }

  @Test
  void tornFileIsReadOnceItIsWhole() throws IOException {
    store().write("whole", NOTE);
    LedgerStore store = store();
    Files.createFile(folder.resolve("a"));
    assertEquals(Optional.empty(), store.read("a", Contents.Note.class));
    Files.write(folder.resolve("a"), Files.readAllBytes(folder.resolve("whole")));
    assertEquals(Optional.of(NOTE), store.read("a", Contents.Note.class));
  }

  @Test
  void fileIsWrittenOnce() {
    LedgerStore store = store();
    store.write("a", NOTE);
    FreshetException refused =
        assertThrows(FreshetException.class, () -> store.write("a", new Contents.Note(8)));
    assertEquals(FailureCategory.STORAGE_UNAVAILABLE, refused.category());
    assertEquals(Optional.of(NOTE), store().read("a", Contents.Note.class));
  }

  @Test
  void fileThatIsGoneIsAbsentAndMayBeDeletedAgain() {
    LedgerStore store = store();
    store.write("a", NOTE);
    store.delete(List.of("a", "never there"));
    assertEquals(Optional.empty(), store.read("a", Contents.Note.class));
    assertEquals(List.of(), store.list());
  }

  @Test
  void storageThatFailsIsNeverTakenForAnAbsentFile() {
    MemoryFileSystem failing =
        new MemoryFileSystem(
            new MemoryFileSystem.Between() {
              @Override
              public void operations(String file) throws IOException {
                throw new IOException("down");
              }

              @Override
              public boolean listed() {
                return true;
              }
            });
    LedgerStore store = failing.store();
    for (Runnable operation :
        List.<Runnable>of(
            store::list,
            () -> store.read("a", Contents.Note.class),
            () -> store.write("a", NOTE),
            () -> store.delete(List.of("a")))) {
      FreshetException thrown = assertThrows(FreshetException.class, operation::run);
      assertEquals(FailureCategory.STORAGE_UNAVAILABLE, thrown.category());
    }
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
