package io.freshet.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RecentlyUsedTest {
  private final RecentlyUsed<Integer, String> kept = new RecentlyUsed<>(3);
  private final List<Integer> made = new ArrayList<>();

  private String get(int key) {
    return kept.get(
        key,
        () -> {
          made.add(key);
          return "of " + key;
        });
  }

  @Test
  void oneIsMadeForEachKey() {
    assertEquals("of 1", get(1));
    assertEquals("of 1", get(1));
    assertEquals(List.of(1), made);
  }

  @Test
  void onlyTheLastFewAreKept() {
    for (int key = 0; key < 1_000; key++) {
      get(key);
      get(0);
    }
    assertEquals(List.of("of 998", "of 999", "of 0"), kept.all());
    assertEquals(1_000, made.size());
  }
}
