package io.freshet.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcFolderTest {
  private static final String OTHERS =
      """
      21 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
      23 22 0:22 / /proc/sys/fs/binfmt_misc rw - autofs systemd-1 rw,fd=30
      """;

  @TempDir Path root;

  private static boolean hidesNothing(String mount) {
    return ProcFolder.hidesNothing(OTHERS + mount + "\n" + OTHERS, "/proc");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "22 27 0:21 / /proc rw,nosuid,nodev,noexec,relatime shared:14 - proc proc rw",
        "22 27 0:21 / /proc rw shared:14 master:1 - proc proc rw",
        "22 27 0:21 / /proc rw - proc none rw,hidepid=0",
        "22 27 0:21 / /proc rw - proc proc rw,hidepid=off,gid=4",
        "22 27 0:21 / /proc rw - proc proc rw,subset=pid"
      })
  void listThatIsMountedPlainlyIsWhole(String mount) {
    assertTrue(hidesNothing(mount));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "22 27 0:21 / /proc rw - proc proc rw,hidepid=1",
        "22 27 0:21 / /proc rw - proc proc rw,hidepid=2",
        "22 27 0:21 / /proc rw - proc proc rw,hidepid=4",
        "22 27 0:21 / /proc rw - proc proc rw,gid=4,hidepid=invisible",
        "22 27 0:21 / /proc rw - proc proc rw,hidepid=noaccess",
        "22 27 0:21 / /proc rw - proc proc rw,hidepid=ptraceable,subset=pid",
        "22 27 0:21 / /proc rw,hidepid=2 - proc proc rw",
        "22 27 0:21 / /proc rw - tmpfs none rw",
        "22 27 0:21 /1 /proc rw - proc proc rw",
        "22 27 0:21 / /procs rw - proc proc rw",
        "22 27 0:21 / /proc rw",
        ""
      })
  void listThatMayHideSomethingIsNotWhole(String mount) {
    assertFalse(hidesNothing(mount));
  }

  @Test
  void lastOfSeveralMountsCounts() {
    String plain = "22 27 0:21 / /proc rw - proc proc rw\n";
    String hiding = "30 22 0:30 / /proc rw - proc proc rw,hidepid=2\n";
    assertFalse(ProcFolder.hidesNothing(plain + hiding, "/proc"));
    assertTrue(ProcFolder.hidesNothing(hiding + plain, "/proc"));
  }

  @Test
  void listThatDoesNotShowTheFirstProcessIsNotWhole() throws IOException {
    Files.createDirectory(root.resolve("self"));
    Files.writeString(
        root.resolve("self/mountinfo"), "22 27 0:21 / " + root + " rw - proc proc rw\n");
    ProcFolder proc = new ProcFolder(root);
    assertFalse(proc.isWhole());
    Files.createDirectory(root.resolve("1"));
    Files.writeString(root.resolve("1/stat"), "1 (a) b) S" + " 7".repeat(30));
    assertTrue(proc.isWhole());
    assertEquals(7, proc.startOf(1));
    Files.delete(root.resolve("self/mountinfo"));
    assertFalse(proc.isWhole());
  }

  @Test
  void whatMakesNoSenseIsNoAbsence() throws IOException {
    Files.createDirectory(root.resolve("9"));
    Files.writeString(root.resolve("9/stat"), "");
    IOException senseless = assertThrows(IOException.class, () -> new ProcFolder(root).startOf(9));
    assertFalse(senseless instanceof NoSuchFileException);
    assertThrows(NoSuchFileException.class, () -> new ProcFolder(root).startOf(8));
  }

  @Test
  void listOfAnotherNamespaceNamesNoMachine() throws IOException {
    Files.createSymbolicLink(root.resolve("self"), Path.of("1"));
    assertThrows(IOException.class, () -> new ProcFolder(root).machine());
  }

  /** Where this may be mounted, which takes root; else the texts above stand for it. */
  @Test
  void livingProcessOfAnotherUserIsNotGoneWhereProcHidesIt() throws Exception {
    HostProcess self = HostProcess.current();
    List<String> asked =
        List.of(self.host(), self.machine(), "" + self.pid(), "" + self.startedAt());
    String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
    Path classes = classesForAll();
    String script =
        "mount -t proc -o hidepid=2 proc /proc || { echo not permitted; exit 0; }; exec setpriv"
            + " --reuid=65534 --regid=65534 --clear-groups \"$0\" -Xmx32m -cp \"$@\"";
    Stream<String> command =
        Stream.concat(
            Stream.of(
                "unshare",
                "-m",
                "--propagation",
                "private",
                "sh",
                "-c",
                script,
                java,
                "" + classes,
                KnownGone.class.getName()),
            asked.stream());
    Process process = new ProcessBuilder(command.toList()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    boolean failed = process.waitFor() != 0;
    if (failed || said.endsWith("not permitted")) {
      assertTrue(
          said.contains("ermi"), "refused for another reason than a lack of permission: " + said);
    } else {
      assertEquals("same machine: true, known to be gone: false", said);
    }
  }

  /** What another user can read. */
  private Path classesForAll() throws IOException {
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path classes = Files.createDirectory(root.resolve("classes"));
    for (Class<?> type : List.of(KnownGone.class, HostProcess.class)) {
      Path from = Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath());
      try (Stream<Path> files = Files.walk(from)) {
        files.forEach(file -> copy(file, classes.resolve(from.relativize(file).toString())));
      }
    }
    return classes;
  }

  private static void copy(Path from, Path to) {
    try {
      if (Files.isDirectory(from)) {
        Files.createDirectories(to);
      } else {
        Files.copy(from, to);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
