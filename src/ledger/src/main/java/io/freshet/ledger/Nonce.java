package io.freshet.ledger;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Makes names unique: 40 random bits as ten hexadecimal digits. */
final class Nonce {
  private static final SecureRandom RANDOM = new SecureRandom();

  private Nonce() {}

  static String next() {
    byte[] bytes = new byte[5];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
