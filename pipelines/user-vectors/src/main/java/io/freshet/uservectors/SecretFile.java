package io.freshet.uservectors;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file of this machine that holds secrets. No error and no log line repeats what is in it. */
public final class SecretFile {
  private static final Logger LOG = LoggerFactory.getLogger(SecretFile.class);
  private static final Set<String> WARNED = ConcurrentHashMap.newKeySet();

  private SecretFile() {}

  /**
   * Reads the file.
   *
   * @param option that which names it
   * @throws FreshetException with the category OPTION if it cannot be read, or is no UTF-8
   */
  public static String read(String option, String file) {
    try {
      Path path = Path.of(file);
      return Files.readString(path);
    } catch (CharacterCodingException e) {
      throw refusal(option, file, "is not encoded in UTF-8");
    } catch (IOException | InvalidPathException e) {
      // By its type alone: the message repeats the text. Which may be the secret, in place of a
      // file.
      throw refusal(
          option,
          file.contains("/") ? file : "...",
          "is no file that can be read (" + e.getClass().getSimpleName() + ")");
    }
  }

  /** Warns, once for each file, if every user of the machine can read it. */
  public static void warnIfOpenToAll(String file) {
    try {
      if (isOpenToAll(Path.of(file)) && WARNED.add(file)) {
        LOG.warn("{} holds secrets, and every user of this machine can read it", file);
      }
    } catch (IOException e) {
      LOG.debug("Cannot tell who can read {}", file, e); // It has been read: no reason to end.
    }
  }

  /** The file's one line, a secret. */
  static String line(String option, String file) {
    String line = read(option, file).strip();
    warnIfOpenToAll(file);
    if (line.isEmpty() || line.lines().count() > 1) {
      throw refusal(option, file, "must hold one line");
    }
    return line;
  }

  static FreshetException refusal(String option, String file, String what) {
    return new FreshetException(FailureCategory.OPTION, "%s=%s %s".formatted(option, file, what));
  }

  private static boolean isOpenToAll(Path path) throws IOException {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix")
        && Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_READ);
  }
}
