package io.freshet.ledger;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Random;

/** Makes names unique: 40 random bits as ten hexadecimal digits. */
final class Nonce {
  private static volatile Random random = new SecureRandom();

  private Nonce() {}

  /** For tests that must take the same course each time. */
  static void drawFrom(Random source) {
    random = source;
  }

  static String next() {
    byte[] bytes = new byte[5];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
