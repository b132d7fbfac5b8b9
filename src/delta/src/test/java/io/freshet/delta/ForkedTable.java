package io.freshet.delta;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;

import io.freshet.testing.DeltaTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A table, and a copy of it that has gone on by itself. */
final class ForkedTable {
  private ForkedTable() {}

  /**
   * Makes {@code table}, whose commit 1 has the users u0 and u1, and commit 2 u2, and {@code copy}
   * of it as it was after commit 1.
   */
  static void make(Path folder) {
    DeltaTables.create(folder.resolve("table"), true);
    DeltaTables.append(folder.resolve("table"), 0, 2);
    DeltaTables.python(
        """
        import shutil, sys
        shutil.copytree(sys.argv[1], sys.argv[2])
        """,
        folder.resolve("table").toString(),
        folder.resolve("copy").toString());
    DeltaTables.append(folder.resolve("table"), 2, 1);
  }

  /** Copies what was made, with the files' times. */
  static void copy(Path made, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(made)) {
      for (Path file : files.filter(file -> !file.equals(made)).toList()) {
        Files.copy(file, to.resolve(made.relativize(file)), COPY_ATTRIBUTES);
      }
    }
  }
}
