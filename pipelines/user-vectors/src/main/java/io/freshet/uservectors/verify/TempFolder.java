package io.freshet.uservectors.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A folder in {@code java.io.tmpdir} that goes when it is closed, or with the JVM. */
final class TempFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TempFolder.class);

  private final Path path;
  private final Thread atExit = new Thread(this::delete, "freshet-verify-cleanup");

  TempFolder() {
    try {
      this.path = Files.createTempDirectory("freshet-verify");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    delete();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      LOG.debug("The JVM ends already", e);
    }
  }

  private void delete() {
    try (Stream<Path> files = Files.exists(path) ? Files.walk(path) : Stream.empty()) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("The temporary folder {} could not be deleted", path, e);
    }
  }
}
