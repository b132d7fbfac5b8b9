package io.freshet.uservectors;

import io.freshet.changes.SkipReason;
import java.util.Optional;

/**
 * Which keys can be stored: any text but the empty one, of at most {@code maxBytes} bytes of UTF-8.
 */
public final class KeyCheck {
  private final int maxBytes;

  /** Keys of at most {@code maxBytes} bytes. */
  public KeyCheck(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Why a key cannot be stored; empty if it can. */
  public Optional<SkipReason> reasonToSkip(Optional<String> key) {
    if (key.isEmpty()) {
      return Optional.of(SkipReason.NULL_KEY);
    }
    if (key.get().isEmpty()) {
      return Optional.of(SkipReason.EMPTY_KEY);
    }
    long bytes = 0;
    for (int i = 0; i < key.get().length(); i++) {
      char unit = key.get().charAt(i);
      if (Character.isSurrogate(unit)) {
        boolean pair =
            Character.isHighSurrogate(unit)
                && i + 1 < key.get().length()
                && Character.isLowSurrogate(key.get().charAt(i + 1));
        if (!pair) {
          return Optional.of(SkipReason.KEY_NOT_UTF8);
        }
        i++;
        bytes += 4;
      } else {
        bytes += unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
      }
    }
    return bytes > maxBytes ? Optional.of(SkipReason.KEY_TOO_LONG) : Optional.empty();
  }
}
