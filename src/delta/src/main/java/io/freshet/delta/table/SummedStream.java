package io.freshet.delta.table;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32C;

/** Counts and sums up what is read. */
final class SummedStream extends FilterInputStream {
  private final CRC32C sum = new CRC32C();
  private long bytes;

  SummedStream(InputStream in) {
    super(in);
  }

  @Override
  public int read() throws IOException {
    int next = in.read();
    if (next >= 0) {
      sum.update(next);
      bytes++;
    }
    return next;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int read = in.read(buffer, offset, length);
    if (read > 0) {
      sum.update(buffer, offset, read);
      bytes += read;
    }
    return read;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  long bytes() {
    return bytes;
  }

  long checksum() {
    return sum.getValue();
  }
}
