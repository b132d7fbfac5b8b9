package io.freshet.delta.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What Spark adds to timestamps of the older calendar in one time zone: Spark's own table ({@code
 * julian-gregorian-rebase-micros.json} of Spark 3.5.6, Apache License 2.0), by which it also writes
 * them. A JVM's own time zones are corrected now and then, so that computed ones would depend on
 * its version.
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
record OlderTimes(long[] froms, long[] differences) {
  private static final String TABLE = "julian-gregorian-rebase-micros.json";
  private static final long MICROS_PER_SECOND = 1_000_000;

  /** The zone's part of the table, if it is there. */
  static Optional<OlderTimes> in(String zone) {
    return Optional.ofNullable(Table.ZONES.get(zone));
  }

  /** Whether the table goes back as far. */
  boolean has(long micros) {
    return micros >= froms[0];
  }

  /** The same time of day of the same day in the new calendar. */
  long rebased(long micros) {
    int at = Arrays.binarySearch(froms, micros);
    return micros + differences[at >= 0 ? at : -at - 2];
  }

  /** Read when it is first needed, which is rarely. */
  private static final class Table {
    static final Map<String, OlderTimes> ZONES = read();

    private static Map<String, OlderTimes> read() {
      Map<String, OlderTimes> zones = new HashMap<>();
      try (InputStream table = OlderTimes.class.getResourceAsStream(TABLE)) {
        for (JsonNode zone : new ObjectMapper().readTree(table)) {
          zones.put(
              zone.get("tz").asText(),
              new OlderTimes(micros(zone.get("switches")), micros(zone.get("diffs"))));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return zones;
    }

    private static long[] micros(JsonNode seconds) {
      long[] micros = new long[seconds.size()];
      for (int i = 0; i < micros.length; i++) {
        micros[i] = Math.multiplyExact(seconds.get(i).asLong(), MICROS_PER_SECOND);
      }
      return micros;
    }
  }
}
