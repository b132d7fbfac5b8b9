package io.freshet.uservectors.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.milvus.StoredRow;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PartitionsTest {
  private static final List<String> KEYS =
      List.of("", " ", "a\"b\\c", "line\nend", "nul\0in", "购", "🛒", "k".repeat(100_000));

  @Test
  void everyKeyIsFoundInItsPartitionAsItWasAndTheFilesGo() throws IOException {
    Path path;
    try (TempFolder folder = new TempFolder();
        Partitions partitions = new Partitions(folder.path(), "p")) {
      path = folder.path();
      for (String key : KEYS) {
        StoredRowCoder.encode(
            new StoredRow(key, 7, -1, new float[] {0.5f}), partitions.writer(key));
      }
      partitions.finish();
      assertTrue(Files.exists(path));
      for (String key : KEYS) {
        assertTrue(holds(partitions, key), () -> Report.quoted(key));
      }
    }
    assertFalse(Files.exists(path));
  }

  private static boolean holds(Partitions partitions, String key) throws IOException {
    try (DataInputStream in = partitions.read(Partitions.of(key))) {
      while (true) {
        StoredRow row = StoredRowCoder.decode(in);
        if (row.key().equals(key)) {
          assertEquals(7, row.commitVersion());
          assertEquals(-1, row.rowHash());
          assertEquals(0.5f, row.vector()[0]);
          return true;
        }
      }
    }
  }

  @Test
  void keysAreSpreadEvenly() {
    int[] sizes = new int[Partitions.COUNT];
    for (int i = 0; i < 256_000; i++) {
      sizes[Partitions.of("user-" + i)]++;
    }
    for (int size : sizes) {
      assertTrue(size > 500 && size < 2_000, () -> "A partition of " + size);
    }
  }

  @Test
  void keysArePrintedOnOneLine() {
    assertEquals("\"a\\\"b\\\\c\\u000a购\"", Report.quoted("a\"b\\c\n购"));
  }

  @Test
  void distanceIsAPartOfTheLength() {
    assertEquals(0, VectorCheck.distance(new float[] {3, 4}, new float[] {3, 4}));
    assertEquals(0.2, VectorCheck.distance(new float[] {3, 4}, new float[] {3, 5}), 1e-9);
    assertEquals(Double.NaN, VectorCheck.distance(new float[] {1}, new float[] {Float.NaN}));
  }
}
