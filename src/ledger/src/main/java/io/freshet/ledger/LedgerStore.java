package io.freshet.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The folder: files of unique names, each written once. A file is a line of JSON and a line with
 * its checksum, so that one that is still being written, or whose writer was killed, is told from a
 * whole one and counts as absent. Nothing relies on rename, overwrite or append. Throws {@link
 * FreshetException} of {@link FailureCategory#STORAGE_UNAVAILABLE}.
 */
final class LedgerStore {
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

  LedgerStore(FileSystem fileSystem, Path folder) {
    this.fileSystem = fileSystem;
    this.folder = folder;
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
    } catch (IOException | IllegalArgumentException e) {
      throw unavailable("Cannot open the ledger " + address.uri(), e);
    }
  }

  /**
   * The names of all files, in no order. Holds every file whose {@link #write} returned before the
   * call.
   */
  List<String> list() {
    try {
      List<String> names = new ArrayList<>();
      for (FileStatus status : fileSystem.listStatus(folder)) {
        names.add(status.getPath().getName());
      }
      return names;
    } catch (FileNotFoundException e) {
      return List.of(); // Nothing has been written yet.
    } catch (IOException e) {
      throw unavailable("Cannot list the ledger " + folder, e);
    }
  }

  /**
   * Writes a new file; when this returns, every later {@link #list} has its name and every {@link
   * #read} its content.
   */
  void write(String name, Object content) {
    try {
      byte[] json = JSON.writeValueAsBytes(content);
      try (FSDataOutputStream out = fileSystem.create(new Path(folder, name), false)) {
        out.write(json);
        out.write(("\n" + checksum(json) + "\n").getBytes(UTF_8));
      }
      writes.incrementAndGet();
    } catch (IOException e) {
      throw unavailable("Cannot write " + name + " to the ledger " + folder, e);
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
    byte[] bytes;
    Path path = new Path(folder, name);
    try (FSDataInputStream in = fileSystem.open(path)) {
      bytes = in.readAllBytes();
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw unavailable("Cannot read " + name + " of the ledger " + folder, e);
    }
    Optional<T> content = parse(bytes, type, name);
    content.ifPresent(whole -> cache.put(name, whole));
    return content;
  }

  /** Writes a new file that is not JSON: its content, then a line with its checksum. */
  void writeBytes(String name, byte[] content) {
    try (FSDataOutputStream out = fileSystem.create(new Path(folder, name), false)) {
      out.write(content);
      out.write(("\n" + checksum(content) + "\n").getBytes(UTF_8));
    } catch (IOException e) {
      throw unavailable("Cannot write " + name + " to the ledger " + folder, e);
    }
  }

  /**
   * The content of such a file; empty if the file is gone, or not whole (yet). It may be large, and
   * is not held.
   */
  Optional<byte[]> readBytes(String name) {
    byte[] bytes;
    try (FSDataInputStream in = fileSystem.open(new Path(folder, name))) {
      bytes = in.readAllBytes();
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw unavailable("Cannot read " + name + " of the ledger " + folder, e);
    }
    int length = bytes.length - CHECKSUM_LINE;
    if (length < 0) {
      return Optional.empty();
    }
    byte[] content = Arrays.copyOf(bytes, length);
    String end = new String(bytes, length, CHECKSUM_LINE, UTF_8);
    return end.equals("\n" + checksum(content) + "\n") ? Optional.of(content) : Optional.empty();
  }

  /** Deletes files; one that is gone already is no error. */
  void delete(List<String> names) {
    try {
      for (String name : names) {
        fileSystem.delete(new Path(folder, name), false);
        cache.remove(name);
      }
    } catch (IOException e) {
      throw unavailable("Cannot delete from the ledger " + folder, e);
    }
  }

  @Override
  public String toString() {
    return folder.toString();
  }

  private <T> Optional<T> parse(byte[] bytes, Class<T> type, String name) {
    String text = new String(bytes, UTF_8);
    int lineEnd = text.indexOf('\n');
    if (lineEnd < 0) {
      return Optional.empty();
    }
    String json = text.substring(0, lineEnd);
    if (!text.substring(lineEnd + 1).equals(checksum(json.getBytes(UTF_8)) + "\n")) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(json, type));
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
    return String.format("%08x", crc.getValue());
  }

  private static FreshetException unavailable(String what, Exception cause) {
    return new FreshetException(FailureCategory.STORAGE_UNAVAILABLE, what + ": " + cause, cause);
  }
}
