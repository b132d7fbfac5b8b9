package io.freshet.runners.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckpointFolderTest {
  @TempDir private Path ledger;

  @Test
  void everyStartHasAFolderOfItsOwnInTheLedger() throws IOException {
    Path first = path(open());
    Path second = path(open());

    assertNotEquals(first, second);
    assertEquals(ledger, first.getParent());
    assertFalse(Files.exists(first), "Spark makes it");
  }

  @Test
  void foldersOfEarlierStartsAreRemovedAndNothingElse() throws IOException {
    Path left = Files.createDirectories(path(open()).resolve("receivedData"));
    Files.writeString(left.resolve("log"), "what a killed driver has left");
    Files.writeString(ledger.resolve("heartbeat_1-abc_7"), "alive");
    Files.writeString(ledger.resolve("spark-checkpoint-notes"), "a file of somebody's");
    Files.createDirectory(ledger.resolve("other"));

    open();

    assertEquals(List.of("heartbeat_1-abc_7", "other", "spark-checkpoint-notes"), names());
  }

  @Test
  void folderIsRemovedWithAllThatSparkHasWritten() throws IOException {
    CheckpointFolder checkpoint = open();
    Files.writeString(Files.createDirectory(path(checkpoint)).resolve("checkpoint-1"), "graph");
    Files.writeString(ledger.resolve("identity_abc"), "table");

    checkpoint.remove();

    assertEquals(List.of("identity_abc"), names());
  }

  @Test
  void ledgerThatIsNotThereYetIsNoReasonToFail() throws IOException {
    CheckpointFolder checkpoint =
        CheckpointFolder.in(ledger.resolve("new").toUri().toString(), new Configuration());

    assertTrue(checkpoint.uri().contains("/new/spark-checkpoint-"), checkpoint::uri);
    checkpoint.remove();
  }

  private CheckpointFolder open() throws IOException {
    return CheckpointFolder.in(ledger.toString(), new Configuration());
  }

  private static Path path(CheckpointFolder checkpoint) {
    return Path.of(URI.create(checkpoint.uri()).getPath());
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(ledger)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
