package io.freshet.milvus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class DeleteExpressionTest {
  @Test
  void keysAreListed() {
    assertEquals("user_id in [\"a\",\"b\"]", expression("a", "b"));
  }

  @Test
  void aKeyCannotLeaveItsQuotes() {
    assertEquals(
        "user_id in [\"x\\\"] or user_id in [\\\"plain\"]",
        expression("x\"] or user_id in [\"plain"));
  }

  @Test
  void aBackslashStandsForItself() {
    assertEquals("user_id in [\"a\\\\b\"]", expression("a\\b"));
    assertEquals("user_id in [\"ends in \\\\\"]", expression("ends in \\"));
  }

  @Test
  void lineEndsAreEscapedSinceNoStringMayHoldThem() {
    assertEquals("user_id in [\"a\\nb\\r\"]", expression("a\nb\r"));
  }

  @Test
  void allElseIsRaw() {
    String odd = "\0\t\b' üß 漢字 \uD83D\uDE00 %_ \u2028";
    assertEquals("user_id in [\"" + odd + "\"]", expression(odd));
  }

  @Test
  void bytesAreThoseOfTheExpression() {
    List<String> keys = List.of("x\"] or", "a\\b", "\n", "漢字");
    long sum = keys.stream().mapToLong(DeleteExpression::bytes).sum();
    // One comma more than there are, and without the brackets.
    assertEquals(
        DeleteExpression.of("k", keys).getBytes(UTF_8).length + 1 - "k in []".length(), sum);
  }

  private static String expression(String... keys) {
    return DeleteExpression.of("user_id", List.of(keys));
  }
}
