package io.freshet.uservectors;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes as people type it: {@code 512kB}, {@code 64MB}, {@code 1GB}; powers of 1024.
 */
public record ByteSize(long bytes) implements Serializable {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9})(B|kB|MB|GB)");

  /** Of what Beam makes of the option's text: a number, if it has no unit. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static ByteSize ofJson(Object json) {
    return parse(String.valueOf(json));
  }

  /** Parses the text; throws {@link IllegalArgumentException} for any other form. */
  public static ByteSize parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no size; write 4096B, 512kB, 64MB or 1GB");
    }
    long number = Long.parseLong(form.group(1));
    return new ByteSize(
        switch (form.group(2)) {
          case "B" -> number;
          case "kB" -> number << 10;
          case "MB" -> number << 20;
          default -> number << 30;
        });
  }

  @JsonValue
  @Override
  public String toString() {
    String[] units = {"B", "kB", "MB", "GB"};
    long number = bytes;
    int unit = 0;
    while (unit < units.length - 1 && number > 0 && number % 1024 == 0) {
      number /= 1024;
      unit++;
    }
    return number + units[unit];
  }
}
