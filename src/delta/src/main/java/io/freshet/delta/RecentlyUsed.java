package io.freshet.delta;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What a JVM keeps for those who come again, the last few of it: a process that renews its graph,
 * or starts again after a loss, would else keep all that it ever had. Thread-safe.
 */
final class RecentlyUsed<K, V> {
  private final Map<K, V> kept;

  RecentlyUsed(int most) {
    this.kept =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > most;
          }
        };
  }

  /** The one of that key, made if need be. */
  synchronized V get(K key, Supplier<V> maker) {
    V known = kept.get(key);
    if (known == null) {
      known = maker.get();
      kept.put(key, known);
    }
    return known;
  }

  /** All of them, the least recently used first. */
  synchronized List<V> all() {
    return List.copyOf(kept.values());
  }
}
