package io.freshet.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes Delta tables with delta-rs, in a Python process a call. */
public final class DeltaTables {
  private DeltaTables() {}

  /**
   * A row of a table made by {@link #create}. A null is a null in the table.
   *
   * @param eventId column {@code event_id}
   * @param userId column {@code user_id}
   * @param itemId column {@code item_id}
   * @param eventType column {@code event_type}
   * @param eventTimestamp column {@code event_timestamp}, in microseconds
   */
  public record Event(
      String eventId, String userId, String itemId, String eventType, Instant eventTimestamp) {
    /** The {@code number}th of a series of events of users that are all different. */
    public static Event numbered(int number) {
      return new Event(
          "e" + number,
          "u" + number,
          "i" + number % 100,
          number % 3 == 0 ? "buy" : "click",
          Instant.parse("2026-01-01T00:00:00Z").plusMillis(number));
    }

    private String json() {
      long micros = ChronoUnit.MICROS.between(Instant.EPOCH, eventTimestamp);
      return "{\"event_id\":%s,\"user_id\":%s,\"item_id\":%s,\"event_type\":%s,\"event_timestamp\":%d}"
          .formatted(quoted(eventId), quoted(userId), quoted(itemId), quoted(eventType), micros);
    }
  }

  /** Makes an empty table of events; version 0. */
  public static void create(Path table, boolean changeFeed, String... partitionBy) {
    List<String> arguments =
        new ArrayList<>(List.of("create", table.toString(), Boolean.toString(changeFeed)));
    Collections.addAll(arguments, partitionBy);
    run(Tools.script("delta_tables.py"), arguments, "");
  }

  /** Appends events in one commit. */
  public static void append(Path table, List<Event> events) {
    String lines = events.stream().map(Event::json).collect(Collectors.joining("\n"));
    run(Tools.script("delta_tables.py"), List.of("append", table.toString()), lines);
  }

  /** Appends {@code count} {@linkplain Event#numbered numbered} events in one commit. */
  public static void append(Path table, int first, int count) {
    append(table, IntStream.range(first, first + count).mapToObj(Event::numbered).toList());
  }

  /**
   * Runs a Python script with {@code deltalake} and {@code pyarrow} at hand; {@code arguments} are
   * its {@code sys.argv[1:]}. Returns what it printed.
   */
  public static String python(String script, String... arguments) {
    return run(script, List.of(arguments), "");
  }

  private static String run(String script, List<String> arguments, String input) {
    List<String> command =
        new ArrayList<>(List.of(Tools.python("python").toString(), "-c", script));
    command.addAll(arguments);
    try {
      Path errors = Files.createTempFile("delta_tables", ".err");
      try {
        return finish(
            new ProcessBuilder(command).redirectError(errors.toFile()).start(), errors, input);
      } finally {
        Files.delete(errors);
      }
    } catch (IOException e) {
      throw new IllegalStateException("Cannot run " + command.get(0), e);
    }
  }

  private static String finish(Process process, Path errors, String input) throws IOException {
    try {
      try (OutputStream in = process.getOutputStream()) {
        in.write(input.getBytes(UTF_8));
      }
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException("Python failed: " + Files.readString(errors));
      }
      return output;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static String quoted(String text) {
    if (text == null) {
      return "null";
    }
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // Everything but plain ASCII as an escape: right for quotes, controls and halves of pairs.
      if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        json.append("\\u%04x".formatted((int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }
}
