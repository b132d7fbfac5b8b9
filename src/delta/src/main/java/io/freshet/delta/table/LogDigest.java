package io.freshet.delta.table;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;

/** Digests of the log's files: SHA-256, in hexadecimal digits. */
public final class LogDigest {
  private LogDigest() {}

  /** One digest for those of several commits, in their order. */
  public static String ofAll(Collection<String> digests) {
    return HexFormat.of().formatHex(sha256().digest(String.join(" ", digests).getBytes(US_ASCII)));
  }

  /** What digests the log's files. */
  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  /** The digest of the next {@code bytes} that a stream holds, or of all if it holds less. */
  static String ofFirst(long bytes, InputStream in) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[8192];
    long left = bytes;
    int read = 0;
    while (left > 0 && read >= 0) {
      read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
      if (read > 0) {
        digest.update(buffer, 0, read);
        left -= read;
      }
    }
    return text(digest);
  }

  /** The digest of what has been read. */
  static String text(MessageDigest read) {
    return HexFormat.of().formatHex(read.digest());
  }

  /** The digest of all that a stream holds; closes it. */
  static String ofAll(InputStream in) throws IOException {
    try (DigestInputStream bytes = new DigestInputStream(in, sha256())) {
      bytes.transferTo(OutputStream.nullOutputStream());
      return text(bytes.getMessageDigest());
    }
  }
}
