package io.freshet.changes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.Charset;
import java.util.List;

/**
 * The encoding in which a JVM takes its arguments and the names of local files: that of the locale
 * that it was started in, whatever Java's own default is. In the locale {@code C} it is ASCII: of
 * an argument a question mark is left where a letter was, and a file with such a letter in its name
 * cannot be found, though it is there.
 *
 * @param charset the encoding
 */
public record LocaleEncoding(Charset charset) {
  /** What Java puts where it cannot decode. */
  private static final char REPLACEMENT = '\ufffd';

  /** That of this JVM. */
  public static LocaleEncoding ofJvm() {
    String name = System.getProperty("sun.jnu.encoding");
    return new LocaleEncoding(name == null ? Charset.defaultCharset() : Charset.forName(name));
  }

  /** Whether all names and arguments are what they were meant to be. */
  public boolean isUtf8() {
    return charset.equals(UTF_8);
  }

  /**
   * Requires arguments to have come as they were written, in UTF-8.
   *
   * @throws FreshetException {@link FailureCategory#OPTION} if one may not have
   */
  public void requireArguments(List<String> arguments) {
    for (String argument : arguments) {
      boolean ascii = argument.chars().allMatch(c -> c < 0x80);
      if (argument.indexOf(REPLACEMENT) >= 0 || !(ascii || isUtf8())) {
        // Without its value, which may be a secret.
        throw refusal(
            "The value of %s has a letter beyond ASCII, or did not come in UTF-8"
                .formatted(argument.replaceFirst("(?s)=.*|[^\\x00-\\x7f].*", "")));
      }
    }
  }

  /**
   * Requires the names of local files to be taken as they are.
   *
   * @param folder the local folder whose files they are, for the error
   * @throws FreshetException {@link FailureCategory#OPTION} if they are not
   */
  public void requireFileNames(String folder) {
    if (!isUtf8()) {
      throw refusal("%s is a local folder, with names in UTF-8".formatted(folder));
    }
  }

  private FreshetException refusal(String what) {
    return new FreshetException(
        FailureCategory.OPTION,
        "%s; this JVM takes options and file names in %s, as its locale says. Start it with LC_ALL=C.UTF-8 in its environment"
            .formatted(what, charset));
  }
}
