package io.freshet.delta.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TableImageTest {
  private static final int COMMITS = 200;

  @TempDir private Path table;

  private void commit(int version, String actions) throws IOException {
    Path log = Files.createDirectories(table.resolve("_delta_log"));
    Files.writeString(log.resolve("%020d.json".formatted(version)), actions);
  }

  @Test
  void itGrowsWithTheLiveFilesAndNotWithThePartitionsThatThereWere() throws IOException {
    commit(
        0,
        """
        {"protocol":{"minReaderVersion":1,"minWriterVersion":4}}
        {"metaData":{"id":"t","schemaString":"{\\"type\\":\\"struct\\",\\"fields\\":[{\\"name\\":\\"hour\\",\\"type\\":\\"string\\",\\"nullable\\":true,\\"metadata\\":{}}]}","partitionColumns":["hour"],"configuration":{}}}
        """);
    for (int version = 1; version <= COMMITS; version++) {
      commit(
          version,
          """
          {"add":{"path":"f%1$d","partitionValues":{"hour":"%1$d"},"size":1,"modificationTime":%1$d,"dataChange":true}}
          {"remove":{"path":"f%2$d","dataChange":true}}
          """
              .formatted(version, version - 1));
    }
    TableImage image = TableImage.empty(LogFolder.at(table.toString(), new Configuration()));
    image.advance(COMMITS);
    assertEquals(1, image.files().size());
    assertEquals("" + COMMITS, image.files().get(0).partitionValues().get("hour"));
    assertTrue(image.partitionsHeld() < 50, image.partitionsHeld() + " partitions");
  }
}
