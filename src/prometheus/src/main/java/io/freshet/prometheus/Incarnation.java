package io.freshet.prometheus;

import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The grouping keys of a JVM. Counters start at zero with each JVM, so each has a group of its own:
 * in one group a restart would look like a reset to nobody but a query that happens to see it.
 */
final class Incarnation {
  /** When this JVM started and a few random digits: process ids repeat in containers. */
  private static final String ID =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT)
              .format(
                  Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime())
                      .atOffset(ZoneOffset.UTC))
          + "-"
          + UUID.randomUUID().toString().substring(0, 8);

  private Incarnation() {}

  /** The group of this JVM. The first call may ask the name service. */
  static Map<String, String> worker(String role) {
    return key(Host.NAME + "-" + role, ID);
  }

  /** The group of the whole pipeline; the same whoever drives it. */
  static Map<String, String> pipeline() {
    return key("pipeline", "ledger");
  }

  private static Map<String, String> key(String worker, String instance) {
    return new TreeMap<>(Map.of("worker", worker, "instance", instance));
  }

  /** Looked up once, by the first push: a name service may be slow. */
  private static final class Host {
    static final String NAME = name();

    private static String name() {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException e) {
        return "unknown"; // A host that cannot resolve its own name; the role still tells it apart.
      }
    }
  }
}
