package io.freshet.uservectors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.freshet.changes.SkipReason;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyCheckTest {
  private final KeyCheck check = new KeyCheck(256);

  @Test
  void nullAndEmptyKeysHaveReasonsOfTheirOwn() {
    assertEquals(Optional.of(SkipReason.NULL_KEY), check.reasonToSkip(Optional.empty()));
    assertEquals(Optional.of(SkipReason.EMPTY_KEY), reason(""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"u1", " ", "\0", "\n", "x\"] or user_id in [\"plain", "\\", "ü", "购", "🛒"})
  void anyOtherTextIsAKey(String key) {
    assertEquals(Optional.empty(), reason(key));
  }

  @Test
  void lengthCountsInBytesOfUtf8() {
    assertEquals(Optional.empty(), reason("k".repeat(256)));
    assertEquals(Optional.of(SkipReason.KEY_TOO_LONG), reason("k".repeat(257)));
    assertEquals(Optional.empty(), reason("ü".repeat(128)));
    assertEquals(Optional.of(SkipReason.KEY_TOO_LONG), reason("ü".repeat(128) + "k"));
    assertEquals(Optional.empty(), reason("购".repeat(85) + "k"));
    assertEquals(Optional.of(SkipReason.KEY_TOO_LONG), reason("购".repeat(85) + "ü"));
    assertEquals(Optional.empty(), reason("🛒".repeat(64)));
    assertEquals(Optional.of(SkipReason.KEY_TOO_LONG), reason("🛒".repeat(64) + "k"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF})
  void lengthOfEveryKindOfCharacterIsThatOfItsEncoding(int character) {
    String key = Character.toString(character);
    int bytes = key.getBytes(UTF_8).length;

    assertEquals(Optional.empty(), new KeyCheck(bytes).reasonToSkip(Optional.of(key)));
    assertEquals(
        Optional.of(SkipReason.KEY_TOO_LONG),
        new KeyCheck(bytes - 1).reasonToSkip(Optional.of(key)));
  }

  @Test
  void halvesOfPairsAreNoText() {
    String high = Character.toString(0xD83D);
    String low = Character.toString(0xDED2);
    for (String key : new String[] {high, low, "a" + high, low + "a", high + "a", low + high}) {
      assertEquals(Optional.of(SkipReason.KEY_NOT_UTF8), reason(key));
    }
    assertEquals(Optional.empty(), reason(high + low));
  }

  private Optional<SkipReason> reason(String key) {
    return check.reasonToSkip(Optional.of(key));
  }
}
