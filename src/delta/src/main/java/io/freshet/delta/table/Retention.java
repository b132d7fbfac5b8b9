package io.freshet.delta.table;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long a table keeps its commits and the files that they have removed, as its properties {@code
 * delta.logRetentionDuration} and {@code delta.deletedFileRetentionDuration} say (Delta Lake's
 * documentation, section <i>Table properties reference</i>). Change data files are vacuumed by the
 * second.
 */
final class Retention {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

  private static final Duration LOG_DEFAULT = Duration.ofDays(30);
  private static final Duration FILES_DEFAULT = Duration.ofDays(7);

  /** The shorter of both, if the table says nothing. */
  static final Duration DEFAULT = FILES_DEFAULT;

  private static final Pattern PART = Pattern.compile("\\s*(\\d+)\\s+([a-z]+)");

  private Retention() {}

  /** The shorter of both. */
  static Duration of(Map<String, String> properties) {
    Duration log = property(properties, "delta.logRetentionDuration", LOG_DEFAULT);
    Duration files = property(properties, "delta.deletedFileRetentionDuration", FILES_DEFAULT);
    return log.compareTo(files) < 0 ? log : files;
  }

  private static Duration property(Map<String, String> properties, String name, Duration unset) {
    String text = properties.get(name);
    if (text == null) {
      return unset;
    }
    Optional<Duration> duration = parse(text);
    if (duration.isEmpty()) {
      LOG.warn("{}={} is not understood; it counts as {} days", name, text, unset.toDays());
    }
    return duration.orElse(unset);
  }

  /** An interval as Spark writes it: {@code interval 1 week 2 days}. Months have no length. */
  private static Optional<Duration> parse(String text) {
    String parts = text.strip().toLowerCase(Locale.ROOT).replaceFirst("^interval(?=\\s)", "");
    Matcher matcher = PART.matcher(parts);
    Duration sum = Duration.ZERO;
    int end = 0;
    while (matcher.find() && matcher.start() == end) {
      Optional<Duration> unit = unit(matcher.group(2));
      if (unit.isEmpty()) {
        return Optional.empty();
      }
      sum = sum.plus(unit.get().multipliedBy(Long.parseLong(matcher.group(1))));
      end = matcher.end();
    }
    return end == 0 || end < parts.length() ? Optional.empty() : Optional.of(sum);
  }

  private static Optional<Duration> unit(String name) {
    return switch (name.endsWith("s") ? name.substring(0, name.length() - 1) : name) {
      case "week" -> Optional.of(Duration.ofDays(7));
      case "day" -> Optional.of(Duration.ofDays(1));
      case "hour" -> Optional.of(Duration.ofHours(1));
      case "minute" -> Optional.of(Duration.ofMinutes(1));
      case "second" -> Optional.of(Duration.ofSeconds(1));
      case "millisecond" -> Optional.of(Duration.ofMillis(1));
      case "microsecond" -> Optional.of(Duration.ofNanos(1_000));
      default -> Optional.empty();
    };
  }
}
