package io.freshet.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder: files of unique names, each written once. A file is a line of JSON and a line with
 * its checksum, so that one that is still being written, or whose writer was killed, is told from a
 * whole one and counts as absent. Nothing relies on rename, overwrite or append.
 *
 * <p>Whatever the file system throws becomes a {@link FreshetException} of {@link
 * FailureCategory#STORAGE_UNAVAILABLE}: Hadoop's local one has an error for a full disk, {@link
 * FSError}, that is no exception. And a failure to look is never an absence: {@link
 * FileNotFoundException} is also Java's word for a folder that may not be searched and for a lack
 * of descriptors, so that local files are asked for again by a call that tells these apart; and
 * what has been read once and stays for ever must be in every later listing.
 */
final class LedgerStore {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerStore.class);
  private static final int CACHED_FILES = 4096;

  /** A line's end, eight digits, and a line's end. */
  private static final int CHECKSUM_LINE = 10;

  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private final AtomicLong writes = new AtomicLong();
  private final FileSystem fileSystem;
  private final Path folder;

  /** Whole files never change: what was read once need not be read again. */
  private final Map<String, Object> cache =
      Collections.synchronizedMap(
          new LinkedHashMap<>(64, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Object> eldest) {
              return size() > CACHED_FILES;
            }
          });

  /** Files that are never deleted, and that this process has found whole or has written. */
  private final Set<String> lasting = ConcurrentHashMap.newKeySet();

  /** Whether this process has found a record of a done slice: from then on there always is one. */
  private volatile boolean begun;

  /** The folder where it is one of the local disks' own. */
  private final Optional<java.nio.file.Path> local;

  LedgerStore(FileSystem fileSystem, Path folder) {
    this.fileSystem = fileSystem;
    this.folder = folder;
    this.local =
        fileSystem.getClass() == RawLocalFileSystem.class
            ? Optional.of(((RawLocalFileSystem) fileSystem).pathToFile(folder).toPath())
            : Optional.empty();
  }

  /** Opens the folder; the first write makes it. */
  static LedgerStore open(LedgerAddress address) {
    try {
      FileSystem found = address.path().getFileSystem(address.configuration());
      // The checksummed local file system keeps a second file beside each; ours carry their own
      // checksum.
      FileSystem plain = found instanceof LocalFileSystem local ? local.getRaw() : found;
      Path folder = plain.makeQualified(address.path());
      return new LedgerStore(plain, folder);
    } catch (IOException | RuntimeException | FSError e) {
      throw unavailable("Cannot open the ledger " + address.uri(), e);
    }
  }

  /**
   * The names of all files, in no order. Holds every file whose {@link #write} returned before the
   * call.
   */
  List<String> list() {
    List<String> names = listNow();
    // Another process may have folded records away, after those that came too late for the listing.
    if (lacksWhatStays(names)) {
      names = listNow();
    }
    if (lacksWhatStays(names)) {
      throw new FreshetException(
          FailureCategory.STORAGE_UNAVAILABLE,
          "The ledger "
              + folder
              + " lacks files that were there and that nobody deletes, now that "
              + names.size()
              + " can be seen: it is gone or moved, or may not be read; bring it back");
    }
    return names;
  }

  private boolean lacksWhatStays(List<String> names) {
    return !names.containsAll(lasting) || (begun && names.stream().noneMatch(Names::isDoneFile));
  }

  private List<String> listNow() {
    List<String> names = new ArrayList<>();
    try {
      if (local.isPresent()) {
        try (DirectoryStream<java.nio.file.Path> files = Files.newDirectoryStream(local.get())) {
          files.forEach(file -> names.add(file.getFileName().toString()));
        }
      } else {
        for (FileStatus status : fileSystem.listStatus(folder)) {
          names.add(status.getPath().getName());
        }
      }
      return names;
    } catch (FileNotFoundException | NoSuchFileException e) {
      requireNoLink();
      return List.of(); // Nothing has been written yet.
    } catch (IOException | RuntimeException | FSError e) {
      throw unavailable("Cannot list the ledger " + folder, e);
    }
  }

  /** A link that leads nowhere is no ledger that is not there yet: its disk may be away. */
  private void requireNoLink() {
    if (local.isPresent() && Files.isSymbolicLink(local.get())) {
      throw new FreshetException(
          FailureCategory.STORAGE_UNAVAILABLE,
          "The ledger " + folder + " is a link to what is not there: mount it, or mend the link");
    }
  }

  /**
   * Writes a new file; when this returns, every later {@link #list} has its name and every {@link
   * #read} its content.
   */
  void write(String name, Object content) {
    write(name, () -> JSON.writeValueAsBytes(content));
    writes.incrementAndGet();
    found(name);
  }

  /**
   * Writes a new file that is not JSON: its content, then a line with its checksum. It is no news
   * that anybody waits for.
   */
  void writeBytes(String name, byte[] content) {
    write(name, () -> content);
  }

  private interface Encoder {
    byte[] encode() throws IOException;
  }

  private void write(String name, Encoder content) {
    if (!Names.isLedgerFile(name)) {
      throw new FreshetException(
          FailureCategory.LEDGER_MISMATCH,
          "The ledger "
              + folder
              + " has no file of the name "
              + name
              + ", which nobody would find again: a number has outgrown its width; write the"
              + " table anew with a new --ledger and --startingVersion=snapshot");
    }
    boolean created = false;
    try {
      byte[] bytes = content.encode();
      try (FSDataOutputStream out = fileSystem.create(new Path(folder, name), false)) {
        created = true;
        out.write(bytes);
        out.write(("\n" + checksum(bytes) + "\n").getBytes(UTF_8));
      }
    } catch (IOException | RuntimeException | FSError e) {
      if (created) {
        deleteIfTorn(name);
      }
      throw unavailable("Cannot write " + name + " to the ledger " + folder, e);
    }
  }

  /**
   * A file system that is full makes files and takes no bytes. What is not whole counts as absent,
   * so that it may as well be gone; what is whole, although its writing failed, others may know.
   */
  private void deleteIfTorn(String name) {
    try {
      if (content(bytes(name)).isEmpty()) {
        fileSystem.delete(new Path(folder, name), false);
      }
    } catch (IOException | RuntimeException | FSError e) {
      LOG.debug("{} of the ledger {} is torn, and left", name, folder, e);
    }
  }

  private void found(String name) {
    if (Names.isLasting(name)) {
      lasting.add(name);
    } else if (Names.isDoneFile(name)) {
      begun = true;
    }
  }

  /** How many files this JVM has written. */
  long writes() {
    return writes.get();
  }

  /** The content of a file; empty if the file is gone, or not whole (yet). */
  <T> Optional<T> read(String name, Class<T> type) {
    Object known = cache.get(name);
    if (known != null) {
      return Optional.of(type.cast(known));
    }
    Optional<T> content =
        bytesOf(name).flatMap(LedgerStore::json).map(json -> parse(json, type, name));
    content.ifPresent(
        whole -> {
          cache.put(name, whole);
          found(name);
        });
    return content;
  }

  /** All that a file holds; empty if it is gone. */
  private Optional<byte[]> bytesOf(String name) {
    try {
      return Optional.of(bytes(name));
    } catch (FileNotFoundException e) {
      requireAbsence(name, e);
      return Optional.empty();
    } catch (IOException | RuntimeException | FSError e) {
      throw unreadable(name, e);
    }
  }

  private byte[] bytes(String name) throws IOException {
    try (FSDataInputStream in = fileSystem.open(new Path(folder, name))) {
      return in.readAllBytes();
    }
  }

  /** Throws if a file that was not found may be there all the same. */
  private void requireAbsence(String name, FileNotFoundException notFound) {
    if (local.isEmpty()) {
      return;
    }
    try {
      boolean isThere = isThere(local.get().resolve(name));
      if (isThere || (begun && !isThere(local.get()))) {
        throw unreadable(name, notFound);
      }
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  private static boolean isThere(java.nio.file.Path path) throws IOException {
    try {
      Files.readAttributes(path, BasicFileAttributes.class);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private FreshetException unreadable(String name, Throwable cause) {
    return unavailable("Cannot read " + name + " of the ledger " + folder, cause);
  }

  /**
   * The content of a file of {@link #writeBytes}; empty if the file is gone, or not whole (yet). It
   * may be large, and is not held.
   */
  Optional<byte[]> readBytes(String name) {
    return bytesOf(name).flatMap(LedgerStore::content);
  }

  /** Deletes files; one that is gone already is no error. */
  void delete(List<String> names) {
    try {
      for (String name : names) {
        fileSystem.delete(new Path(folder, name), false);
        cache.remove(name);
      }
    } catch (IOException | RuntimeException | FSError e) {
      throw unavailable("Cannot delete from the ledger " + folder, e);
    }
  }

  @Override
  public String toString() {
    return folder.toString();
  }

  /** What a whole file holds before its checksum; empty if it is torn. */
  private static Optional<byte[]> content(byte[] bytes) {
    int length = bytes.length - CHECKSUM_LINE;
    if (length < 0) {
      return Optional.empty();
    }
    byte[] content = Arrays.copyOf(bytes, length);
    String end = new String(bytes, length, CHECKSUM_LINE, UTF_8);
    return end.equals("\n" + checksum(content) + "\n") ? Optional.of(content) : Optional.empty();
  }

  /** The text of a whole file; empty if it is torn. */
  private static Optional<String> json(byte[] bytes) {
    return content(bytes).map(json -> new String(json, UTF_8));
  }

  private <T> T parse(String json, Class<T> type, String name) {
    try {
      return JSON.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new FreshetException(
          FailureCategory.LEDGER_MISMATCH,
          name + " of the ledger " + folder + " was written by another version of Freshet",
          e);
    }
  }

  private static String checksum(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return String.format(Locale.ROOT, "%08x", crc.getValue());
  }

  private static FreshetException unavailable(String what, Throwable cause) {
    return new FreshetException(FailureCategory.STORAGE_UNAVAILABLE, what + ": " + cause, cause);
  }
}
