package io.freshet.uservectors.verify;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The differences of a look: as many as fit, and the number of the others. */
final class Findings {
  /** Some 20 MB of keys of ordinary length. */
  static final int MOST_HELD = 100_000;

  private final List<Difference> held = new ArrayList<>();
  private final Map<Verdict, Long> notHeld = new EnumMap<>(Verdict.class);

  void add(List<Difference> differences) {
    for (Difference difference : differences) {
      if (held.size() < MOST_HELD) {
        held.add(difference);
      } else {
        notHeld.merge(difference.verdict(), 1L, Long::sum);
      }
    }
  }

  /** Adds what another has found. */
  void addAll(Findings other) {
    add(other.held);
    other.notHeld.forEach((verdict, count) -> notHeld.merge(verdict, count, Long::sum));
  }

  /** Drops the differences of these keys. */
  void drop(Set<String> keys) {
    held.removeIf(difference -> keys.contains(difference.key()));
  }

  List<Difference> held() {
    return held;
  }

  long count(Verdict verdict) {
    return held.stream().filter(difference -> difference.verdict() == verdict).count()
        + notHeld.getOrDefault(verdict, 0L);
  }

  boolean isEmpty() {
    return held.isEmpty() && notHeld.isEmpty();
  }
}
