package io.freshet.runners.conformance.simulation;

/** A machine: its wall clock, and whether its processes see each other. */
final class VirtualHost {
  /** When every schedule begins, in milliseconds since 1970. */
  static final long START = 1_767_225_600_000L;

  private final String name;
  private long ahead;
  private long stoppedAt = -1;
  private long stoppedUntil;
  private boolean hiding;

  VirtualHost(String name, long ahead) {
    this.name = name;
    this.ahead = ahead;
  }

  String name() {
    return name;
  }

  /** What its wall clock shows. */
  long wall(long now) {
    if (stoppedAt >= 0) {
      if (now < stoppedUntil) {
        return stoppedAt;
      }
      stoppedAt = -1; // It is set right.
    }
    return now + ahead;
  }

  /** The wall clock is set. */
  void step(long millis) {
    ahead += millis;
  }

  /** The wall clock stands still for a while. */
  void stop(long now, long until) {
    stoppedAt = now + ahead;
    stoppedUntil = until;
  }

  /** Whether one process does not see another one's entry, as with hidepid. */
  boolean isHiding() {
    return hiding;
  }

  void hide() {
    hiding = true;
  }

  @Override
  public String toString() {
    return name;
  }
}
