package io.freshet.embedding;

/**
 * The 64-bit hash of {@code docs/models.md}: FNV-1a over a tag and the bytes, then MurmurHash3's
 * finalizer, without which the last byte hardly reaches the high bits.
 */
final class FeatureHash {
  private static final long OFFSET_BASIS = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private FeatureHash() {}

  /** The hash of all of {@code bytes} after the ASCII character {@code tag}. */
  static long hash(char tag, byte[] bytes) {
    return hash(tag, bytes, 0, bytes.length);
  }

  /** The hash of {@code bytes[from, to)} after the ASCII character {@code tag}. */
  static long hash(char tag, byte[] bytes, int from, int to) {
    long hash = (OFFSET_BASIS ^ tag) * PRIME;
    for (int i = from; i < to; i++) {
      hash = (hash ^ (bytes[i] & 0xff)) * PRIME;
    }
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return hash ^ (hash >>> 33);
  }
}
