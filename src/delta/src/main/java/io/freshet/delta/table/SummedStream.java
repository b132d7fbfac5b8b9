package io.freshet.delta.table;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.zip.CRC32C;

/** Counts, sums up and digests what is read. */
final class SummedStream extends FilterInputStream {
  private final CRC32C sum = new CRC32C();
  private final MessageDigest digest = LogDigest.sha256();
  private long bytes;

  SummedStream(InputStream in) {
    super(in);
  }

  @Override
  public int read() throws IOException {
    int next = in.read();
    if (next >= 0) {
      sum.update(next);
      digest.update((byte) next);
      bytes++;
    }
    return next;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int read = in.read(buffer, offset, length);
    if (read > 0) {
      sum.update(buffer, offset, read);
      digest.update(buffer, offset, read);
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

  /** The digest of all that has been read; asked once. */
  String digest() {
    return LogDigest.text(digest);
  }

  long checksum() {
    return sum.getValue();
  }
}
