package io.freshet.delta;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.delta.table.TableInfo;
import io.freshet.delta.table.TableLog;
import io.freshet.ledger.Anchor;
import io.freshet.ledger.Cursor;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Where a pipeline with an empty ledger begins: {@code --startingVersion}. */
public final class StartingPoint {
  private StartingPoint() {}

  /**
   * Throws {@link FailureCategory#OPTION} for what is none of those that {@link #resolve} knows:
   * also where the ledger says already where to go on.
   */
  public static void requireForm(String startingVersion) {
    boolean isWord = startingVersion.equals("latest") || startingVersion.equals("snapshot");
    if (!isWord && timestamp(startingVersion).isEmpty()) {
      long unused = number(startingVersion);
    }
  }

  /**
   * Resolves {@code latest} (changes after the table's latest version), {@code snapshot} (the rows
   * of the latest version, then what follows), a version number (its changes and what follows) or a
   * timestamp of ISO 8601 (the first commit at or after it; without a zone it is UTC).
   *
   * @param table the table at its latest version
   * @param log the table's log, for timestamps
   * @throws FreshetException {@link FailureCategory#OPTION} for anything else, {@link
   *     FailureCategory#HISTORY_LOST} if commits after the timestamp have been cleaned away
   */
  public static Cursor resolve(String startingVersion, TableInfo table, TableLog log) {
    long next = table.version() + 1;
    switch (startingVersion) {
      case "latest" -> {
        return Cursor.changesFrom(next);
      }
      case "snapshot" -> {
        return Cursor.snapshotAt(table.version());
      }
      default -> {
        Optional<Instant> timestamp = timestamp(startingVersion);
        if (timestamp.isPresent()) {
          return Cursor.changesFrom(firstSince(timestamp.get(), table, log));
        }
        long version = number(startingVersion);
        if (version < 0 || version > next) {
          throw new FreshetException(
              FailureCategory.OPTION,
              "--startingVersion="
                  + startingVersion
                  + " is not a version of "
                  + table.uri()
                  + ", whose latest is "
                  + table.version());
        }
        return Cursor.changesFrom(version);
      }
    }
  }

  /**
   * The commit that says which table it is that begins there: the last one before, or the first if
   * there is none before.
   */
  public static Anchor anchor(Cursor beginning, TableLog log) {
    long first = beginning.position().version();
    return (beginning.snapshot() ? Stream.of(first) : Stream.of(first - 1, first))
        .filter(version -> version >= 0)
        .flatMap(version -> log.digest(version).map(now -> new Anchor(version, now)).stream())
        .findFirst()
        .orElse(Anchor.NONE);
  }

  /** The first version at or after a time; the next one if there is none yet. */
  private static long firstSince(Instant time, TableInfo table, TableLog log) {
    long oldest = log.oldestVersion();
    if (oldest > 0 && log.timestamp(oldest).isAfter(time)) {
      throw new FreshetException(
          FailureCategory.HISTORY_LOST,
          "--startingVersion=%s: the log of %s goes back to version %d of %s only; start there, or with a snapshot"
              .formatted(time, table.uri(), oldest, log.timestamp(oldest)));
    }
    long low = oldest;
    long high = table.version() + 1;
    while (low < high) {
      long middle = (low + high) / 2;
      if (log.timestamp(middle).isBefore(time)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static Optional<Instant> timestamp(String text) {
    DateTimeFormatter iso =
        new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart()
            .appendLiteral('T')
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .optionalStart()
            .appendOffsetId()
            .optionalEnd()
            .optionalEnd()
            .parseDefaulting(ChronoField.HOUR_OF_DAY, 0)
            .parseDefaulting(ChronoField.OFFSET_SECONDS, 0)
            .toFormatter(Locale.ROOT);
    try {
      return Optional.of(iso.parse(text, Instant::from));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new FreshetException(
          FailureCategory.OPTION,
          "--startingVersion="
              + text
              + " is none of latest, snapshot, a version number or a timestamp such as 2026-01-31T12:00:00Z",
          e);
    }
  }
}
