package io.freshet.uservectors;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.Serializable;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A duration as people type it: {@code 200ms}, {@code 5s}, {@code 2m}, {@code 1h}. */
public record TimeSpan(Duration duration) implements Serializable {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

  /** Of what Beam makes of the option's text: a number, if it has no unit. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static TimeSpan ofJson(Object json) {
    return parse(String.valueOf(json));
  }

  /** Parses the text; throws {@link IllegalArgumentException} for any other form. */
  public static TimeSpan parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no duration; write 200ms, 5s, 2m or 1h");
    }
    long number = Long.parseLong(form.group(1));
    return new TimeSpan(
        switch (form.group(2)) {
          case "ms" -> Duration.ofMillis(number);
          case "s" -> Duration.ofSeconds(number);
          case "m" -> Duration.ofMinutes(number);
          default -> Duration.ofHours(number);
        });
  }

  @JsonValue
  @Override
  public String toString() {
    long millis = duration.toMillis();
    if (millis % 1000 != 0) {
      return millis + "ms";
    }
    long seconds = millis / 1000;
    if (seconds % 3600 == 0 && seconds > 0) {
      return seconds / 3600 + "h";
    }
    return seconds % 60 == 0 && seconds > 0 ? seconds / 60 + "m" : seconds + "s";
  }
}
