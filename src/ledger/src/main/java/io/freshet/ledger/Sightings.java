package io.freshet.ledger;

import io.freshet.changes.Time;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How long files have been in the ledger, as this process can tell by itself: it lists the ledger
 * again and again, and its monotonic clock says when. A wall clock that is set, its own or that of
 * whoever wrote a file, neither hastens nor delays anything that is told by this.
 */
final class Sightings {
  private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

  private final Time time;
  private final long beganAt;
  private final long beganNanos;
  private final Map<String, Sighting> sightings = new HashMap<>();
  private Optional<Long> lastListing = Optional.empty();

  /**
   * When a file came.
   *
   * @param lacked when the last listing without it began: its writing returned after that; empty if
   *     it has been there since this process first looked
   * @param seen when the first listing with it had ended: its writing began before that
   */
  private record Sighting(Optional<Long> lacked, long seen) {}

  Sightings(Time time) {
    this.time = time;
    this.beganAt = time.millis();
    this.beganNanos = time.nanos();
  }

  /**
   * Takes note of a listing that has just ended.
   *
   * @param began when it began, by {@link Time#nanos()}
   */
  synchronized void listed(long began, Set<String> names) {
    long seen = time.nanos();
    for (String name : names) {
      sightings.putIfAbsent(name, new Sighting(lastListing, seen));
    }
    // What came while this listing was under way, and another has seen, may lack in it.
    sightings
        .entrySet()
        .removeIf(file -> !names.contains(file.getKey()) && began - file.getValue().seen() >= 0);
    if (lastListing.map(last -> began - last > 0).orElse(true)) {
      lastListing = Optional.of(began);
    }
  }

  /**
   * The time since what a file tells of happened, which was no later than its writing.
   *
   * <p>By the wall clock, where that is believable: it says no less than the time since this
   * process first saw the file, and no more than that since it last looked and did not see it. The
   * wall clock is taken for what it would say had it not been set since this process began, if that
   * is less.
   *
   * @param at when it happened, in milliseconds since 1970 by the clock of whoever wrote the file
   */
  synchronized Duration age(String file, long at) {
    Sighting sighting = sightings.get(file);
    if (sighting == null) {
      return Duration.ZERO; // Gone meanwhile; who lists again will know.
    }
    long nanos = time.nanos();
    Duration least = Duration.ofNanos(nanos - sighting.seen());
    Duration most =
        sighting.lacked().map(lacked -> Duration.ofNanos(nanos - lacked)).orElse(FOR_EVER);
    Duration byClock = byClock(at, nanos);
    if (byClock.compareTo(least) < 0) {
      return least;
    }
    return byClock.compareTo(most) < 0 ? byClock : most;
  }

  /** The time since {@code at} by the wall clock, for statistics; zero if that is to come. */
  Duration byClock(long at) {
    Duration age = byClock(at, time.nanos());
    return age.isNegative() ? Duration.ZERO : age;
  }

  private Duration byClock(long at, long nanos) {
    long neverSet = beganAt + (nanos - beganNanos) / 1_000_000;
    return Duration.ofMillis(Math.min(time.millis(), neverSet)).minusMillis(at);
  }
}
