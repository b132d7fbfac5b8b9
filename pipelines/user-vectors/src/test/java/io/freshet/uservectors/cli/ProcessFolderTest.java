package io.freshet.uservectors.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.ledger.HostProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProcessFolderTest {
  @TempDir private Path parent;

  /** A folder as a process leaves it that was killed: with its owner, and no lock. */
  private Path left(String owner) throws IOException {
    Path folder = Files.createDirectory(parent.resolve("freshet-process-left"));
    Files.createDirectories(folder.resolve("a/b"));
    Files.writeString(folder.resolve("a/b/libsnappyjava.so"), "native");
    if (!owner.isEmpty()) {
      Files.writeString(folder.resolve("owner"), owner);
    }
    return folder;
  }

  private static String owner(HostProcess process, long pid, String machine) {
    return String.join(
        "\n",
        process.host(),
        machine,
        Long.toString(pid),
        Long.toString(process.startedAt()),
        "end");
  }

  private List<Path> all() throws IOException {
    try (Stream<Path> files = Files.list(parent)) {
      return files.toList();
    }
  }

  @Test
  void removedFolderLeavesNothing() throws IOException {
    ProcessFolder folder = ProcessFolder.in(parent);
    Files.createDirectories(folder.path().resolve("spark-1/blockmgr-2"));
    Files.writeString(folder.path().resolve("spark-1/blockmgr-2/block"), "spilled");
    folder.remove();
    assertEquals(List.of(), all());
  }

  @Test
  void linksOutOfTheFolderAreNotFollowed() throws IOException {
    Path kept = Files.writeString(parent.resolve("kept"), "another's");
    ProcessFolder folder = ProcessFolder.in(parent);
    Files.createSymbolicLink(folder.path().resolve("link"), parent);
    folder.remove();
    assertEquals(List.of(kept), all());
  }

  @Test
  void folderOfAProcessThatIsGoneIsSwept() throws IOException {
    HostProcess own = HostProcess.current();
    Path folder = left(owner(own, own.pid(), own.machine()));
    ProcessFolder.sweep(parent, process -> process.equals(own));
    assertFalse(Files.exists(folder));
  }

  @Test
  void folderThatIsLockedIsLeftAloneWhateverTheSystemSays() throws IOException {
    ProcessFolder living = ProcessFolder.in(parent);
    ProcessFolder.sweep(parent, process -> true);
    assertTrue(Files.exists(living.path().resolve("owner")));
    living.remove();
  }

  @Test
  void folderOfALivingOrUnknownProcessIsLeftAlone() throws IOException {
    Path folder = left(owner(HostProcess.current(), 1, "elsewhere/pid:[1]"));
    ProcessFolder.sweep(parent, process -> false);
    assertTrue(Files.exists(folder.resolve("a/b/libsnappyjava.so")));
  }

  @Test
  void folderWithoutAWholeOwnerIsLeftAlone() throws IOException {
    Path folder = left("");
    ProcessFolder.sweep(parent, process -> true);
    Files.writeString(folder.resolve("owner"), "host\nboot/pid\n12");
    ProcessFolder.sweep(parent, process -> true);
    assertTrue(Files.exists(folder.resolve("a/b/libsnappyjava.so")));
  }

  @Test
  void whatIsNotAProcessFolderIsLeftAlone() throws IOException {
    Path other = Files.createDirectory(parent.resolve("freshet-verify123"));
    Path file = Files.writeString(parent.resolve("freshet-process-file"), "a file");
    ProcessFolder.sweep(parent, process -> true);
    assertEquals(2, all().size());
    assertTrue(Files.exists(other) && Files.exists(file));
  }
}
