package io.freshet.milvus;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class RequestLimitsTest {
  @Test
  void runsHoldAtMostSoManyItems() {
    assertEquals(
        List.of(List.of(1, 2), List.of(3, 4), List.of(5)),
        new RequestLimits(2, 100).split(List.of(1, 2, 3, 4, 5), i -> 1));
  }

  @Test
  void runsHoldAtMostSoManyBytes() {
    assertEquals(
        List.of(List.of(4, 6), List.of(5), List.of(9)),
        new RequestLimits(100, 10).split(List.of(4, 6, 5, 9), Integer::longValue));
  }

  @Test
  void anItemThatIsTooBigStandsAlone() {
    assertEquals(
        List.of(List.of(1), List.of(50), List.of(2)),
        new RequestLimits(100, 10).split(List.of(1, 50, 2), Integer::longValue));
  }

  @Test
  void nothingMakesNoRun() {
    assertEquals(List.of(), new RequestLimits(2, 10).split(List.of(), item -> 1));
  }
}
