package io.freshet.uservectors.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.freshet.ledger.HostProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The temporary folder of this process. Libraries unpack their native code and spill there, and
 * count on the JVM's shutdown hooks to clean up, which a halt leaves out; so the whole folder is
 * removed before. What a process that was killed has left, the next one removes.
 *
 * <p>Another's folder goes only when its process surely runs no more: it was of this host, the
 * system says that it is gone, and the lock that it held while it lived is free. One that cannot be
 * looked at (another user's, another host's, one that is just being made) is left alone.
 */
final class ProcessFolder {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessFolder.class);
  private static final String PREFIX = "freshet-process-";
  private static final String OWNER = "owner";
  private static final String TEMP_PROPERTY = "java.io.tmpdir";

  private final Path path;
  private final FileChannel owner;

  private ProcessFolder(Path path, FileChannel owner) {
    this.path = path;
    this.owner = owner;
  }

  /**
   * Makes a folder in {@code java.io.tmpdir} and has all of this JVM use it in place of that. Empty
   * where none can be made: no command shall fail for that.
   */
  static Optional<ProcessFolder> ofThisJvm() {
    Path parent = Path.of(System.getProperty(TEMP_PROPERTY));
    try {
      sweep(parent, ProcessFolder::isGone);
      ProcessFolder folder = in(parent);
      System.setProperty(TEMP_PROPERTY, folder.path.toString());
      // For ends that are no halt: a signal before it is handled, say.
      Runtime.getRuntime().addShutdownHook(new Thread(folder::remove, "freshet-temp-cleanup"));
      return Optional.of(folder);
    } catch (IOException e) {
      LOG.warn("No temporary folder of this process's own in {}: {}", parent, e.toString());
      return Optional.empty();
    }
  }

  /** Makes a folder that no sweep takes while this process lives. */
  static ProcessFolder in(Path parent) throws IOException {
    Path path =
        Files.createDirectory(
            parent.resolve(PREFIX + UUID.randomUUID()),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    // It has its name once it is whole and locked.
    Path unfinished = path.resolve(OWNER + ".new");
    FileChannel owner =
        FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    FileLock lock = owner.tryLock();
    if (lock == null) {
      throw new IOException("Somebody has locked " + unfinished);
    }
    owner.write(ByteBuffer.wrap(text(HostProcess.current()).getBytes(UTF_8)));
    Files.move(unfinished, path.resolve(OWNER), StandardCopyOption.ATOMIC_MOVE);
    return new ProcessFolder(path, owner);
  }

  Path path() {
    return path;
  }

  /** Removes it with all that is in it. What cannot be removed is left to the next sweep. */
  void remove() {
    // The owner's name goes last, with the folder: until then a sweep knows whose it is.
    removeAll(path);
    try {
      owner.close();
    } catch (IOException e) {
      LOG.debug("The lock of {} is left to the end of the process", path, e);
    }
  }

  /** Removes the folders of processes of which {@code isGone} says that they run no more. */
  static void sweep(Path parent, Predicate<HostProcess> isGone) throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, PREFIX + "*")) {
      for (Path folder : folders) {
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
          sweepOne(folder, isGone);
        }
      }
    }
  }

  private static void sweepOne(Path folder, Predicate<HostProcess> isGone) {
    Path owner = folder.resolve(OWNER);
    try {
      if (!process(Files.readString(owner)).filter(isGone).isPresent()) {
        return;
      }
      try (FileChannel channel = FileChannel.open(owner, StandardOpenOption.WRITE);
          FileLock lock = channel.tryLock()) {
        if (lock != null) {
          removeAll(folder);
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.debug("{} is left alone", folder, e);
    }
  }

  /** One of an earlier boot of this host is gone, too, which other processes cannot tell. */
  private static boolean isGone(HostProcess process) {
    HostProcess own = HostProcess.current();
    boolean ofAnEarlierBoot =
        !process.machine().isEmpty()
            && !own.machine().isEmpty()
            && !boot(process).equals(boot(own));
    return process.host().equals(own.host()) && (process.isKnownGone() || ofAnEarlierBoot);
  }

  private static String boot(HostProcess process) {
    return process.machine().substring(0, process.machine().indexOf('/'));
  }

  private static String text(HostProcess process) {
    return String.join(
        "\n",
        process.host(),
        process.machine(),
        Long.toString(process.pid()),
        Long.toString(process.startedAt()),
        "end");
  }

  private static Optional<HostProcess> process(String text) {
    List<String> lines = text.lines().toList();
    return lines.size() == 5 && lines.get(4).equals("end")
        ? Optional.of(
            new HostProcess(
                lines.get(0),
                lines.get(1),
                Long.parseLong(lines.get(2)),
                Long.parseLong(lines.get(3))))
        : Optional.empty();
  }

  /** Links are removed, not followed. */
  private static void removeAll(Path folder) {
    Path owner = folder.resolve(OWNER);
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> deepestFirst =
          files
              .filter(file -> !file.equals(owner) && !file.equals(folder))
              .sorted(Comparator.reverseOrder())
              .toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(owner);
      Files.deleteIfExists(folder);
    } catch (NoSuchFileException e) {
      LOG.debug("{} is gone already, or in part", folder, e);
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("The temporary folder {} is left to the next start", folder, e);
    }
  }
}
