package io.freshet.changes;

import java.util.Locale;
import java.util.Optional;

/**
 * The first of some rows that were to be written and cannot be. Too many of them stop the pipeline;
 * what is skipped because it need not be written is no reject.
 *
 * @param number the change's number in the slice
 * @param key its key, fit to be printed: shortened, control characters and what UTF-8 cannot carry
 *     as {@code \}{@code u} and four hexadecimal digits; {@code null} where it has none
 * @param option what is at fault if many rows suffer the same
 */
public record Reject(int number, String key, OptionAtFault option) {
  private static final int LONGEST = 100;

  /** The reject of a change. */
  public static Reject of(Change change, OptionAtFault option) {
    return new Reject(change.number(), printable(change.key()), option);
  }

  private static String printable(Optional<String> key) {
    if (key.isEmpty()) {
      return "null";
    }
    StringBuilder text = new StringBuilder("'");
    int characters = 0;
    for (int i = 0; i < key.get().length() && characters < LONGEST; characters++) {
      int character = key.get().codePointAt(i);
      i += Character.charCount(character);
      boolean surrogate = character >= Character.MIN_SURROGATE && character <= 0xdfff;
      if (Character.isISOControl(character) || surrogate) {
        text.append(String.format(Locale.ROOT, "\\u%04x", character));
      } else {
        text.appendCodePoint(character);
      }
    }
    boolean whole = key.get().codePointCount(0, key.get().length()) <= LONGEST;
    return text.append(whole ? "'" : "..'").toString();
  }

  /** The one that comes first. */
  public Reject first(Reject other) {
    return other.number < number ? other : this;
  }
}
