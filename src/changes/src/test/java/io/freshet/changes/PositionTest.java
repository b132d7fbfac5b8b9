package io.freshet.changes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PositionTest {
  @Test
  void positionsAreOrderedByVersionThenUnitThenRow() {
    List<Position> ordered =
        List.of(
            Position.startOf(1), new Position(1, 0, 5), new Position(1, 2, 0), Position.startOf(2));

    assertEquals(ordered, ordered.stream().sorted().toList());
  }

  @Test
  void aSliceThatEndsBeforeAVersionDoesNotHoldIt() {
    assertEquals(4, new Slice(false, Position.startOf(3), Position.startOf(5)).lastVersion());
    assertEquals(5, new Slice(false, Position.startOf(3), new Position(5, 0, 10)).lastVersion());
  }

  @Test
  void anEmptySliceIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Slice(false, Position.startOf(3), Position.startOf(3)));
  }

  @Test
  void aLeaseIsOverAtItsEnd() {
    Instant end = Instant.parse("2026-01-01T00:00:10Z");
    Lease lease = new Lease("a", end);

    assertEquals(Duration.ofSeconds(4), lease.remaining(end.minusSeconds(4)));
    assertEquals(Duration.ZERO, lease.remaining(end.plusSeconds(1)));
    assertEquals(List.of(false, true), List.of(lease.isOver(end.minusNanos(1)), lease.isOver(end)));
  }
}
