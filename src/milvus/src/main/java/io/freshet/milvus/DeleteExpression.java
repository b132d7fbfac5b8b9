package io.freshet.milvus;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The expression that selects keys. The SDK's delete by ids does not escape them: a key {@code x"]
 * or user_id in ["plain} deletes {@code plain}.
 *
 * <p>Escaped are those characters that Milvus's grammar ({@code
 * internal/parser/planparserv2/Plan.g4}, {@code DoubleSChar}) does not allow in a string as they
 * are: quote, backslash, newline and carriage return. All else, NUL too, stands for itself; Milvus
 * Lite knows no other escapes.
 */
final class DeleteExpression {
  private static final int SEPARATOR_BYTES = 1;

  private DeleteExpression() {}

  /** Selects exactly {@code keys}, at least one, in {@code keyField}. */
  static String of(String keyField, List<String> keys) {
    return keys.stream()
        .map(DeleteExpression::quote)
        .collect(Collectors.joining(",", keyField + " in [", "]"));
  }

  /** The bytes that a key takes in an expression. */
  static long bytes(String key) {
    return (long) quote(key).getBytes(UTF_8).length + SEPARATOR_BYTES;
  }

  /** A key as a string of an expression. */
  static String quote(String key) {
    StringBuilder quoted = new StringBuilder(key.length() + 2).append('"');
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        default -> quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
