package io.freshet.delta.table;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LatestVersionTest {
  @TempDir private Path table;

  @Test
  void isTheLastOfAnyNumberOfNewCommits() throws IOException {
    Path log = Files.createDirectory(table.resolve("_delta_log"));
    LatestVersion latest = new LatestVersion(table.toString(), new Configuration(), 0);
    long written = 0;
    for (long last : new long[] {0, 0, 1, 2, 9, 100, 100, 101}) {
      for (; written <= last; written++) {
        Files.createFile(log.resolve(String.format("%020d.json", written)));
      }

      assertEquals(last, latest.get());
    }
  }
}
