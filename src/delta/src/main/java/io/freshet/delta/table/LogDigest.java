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

  /** Digests what is read through it. */
  static DigestInputStream of(InputStream in) {
    return new DigestInputStream(in, sha256());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  /** The digest of what has been read. */
  static String text(DigestInputStream read) {
    return HexFormat.of().formatHex(read.getMessageDigest().digest());
  }

  /** The digest of all that a stream holds; closes it. */
  static String ofAll(InputStream in) throws IOException {
    try (DigestInputStream bytes = of(in)) {
      bytes.transferTo(OutputStream.nullOutputStream());
      return text(bytes);
    }
  }
}
