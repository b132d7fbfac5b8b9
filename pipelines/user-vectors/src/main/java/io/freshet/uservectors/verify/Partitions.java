package io.freshet.uservectors.verify;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Records spread over files by the hash of their keys: all records of a key are in one file, in the
 * order in which they were written, and one file's keys fit into memory.
 */
final class Partitions implements AutoCloseable {
  static final int COUNT = 256;
  private static final int BUFFER_BYTES = 16 << 10;

  private final Path folder;
  private final String name;
  private final DataOutputStream[] files = new DataOutputStream[COUNT];

  Partitions(Path folder, String name) {
    this.folder = folder;
    this.name = name;
    try {
      for (int i = 0; i < COUNT; i++) {
        files[i] =
            new DataOutputStream(
                new BufferedOutputStream(Files.newOutputStream(file(i)), BUFFER_BYTES));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The number of a key's partition. */
  static int of(String key) {
    int hash = key.hashCode() * 0x9E3779B9;
    return (hash ^ (hash >>> 15)) & (COUNT - 1);
  }

  /** Where records of {@code key} are written to. */
  DataOutputStream writer(String key) {
    return files[of(key)];
  }

  /** Ends the writing. */
  void finish() {
    try {
      for (DataOutputStream file : files) {
        file.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The records of one partition; its end is that of the stream. */
  DataInputStream read(int partition) throws IOException {
    return new DataInputStream(
        new BufferedInputStream(Files.newInputStream(file(partition)), BUFFER_BYTES));
  }

  /** Frees what is open; {@link #finish} makes it a no-op. */
  @Override
  public void close() {
    finish();
  }

  private Path file(int partition) {
    return folder.resolve(name + partition);
  }
}
