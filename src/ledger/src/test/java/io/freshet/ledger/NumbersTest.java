package io.freshet.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class NumbersTest {
  @Test
  void setsAreReadBackFromTheirRanges() {
    BitSet numbers = new BitSet();
    List.of(0, 1, 2, 5, 7, 8).forEach(numbers::set);
    List<Integer> ranges = Numbers.ranges(numbers);
    assertEquals(List.of(0, 2, 5, 5, 7, 8), ranges);
    BitSet back = new BitSet();
    Numbers.addTo(back, ranges);
    assertEquals(numbers, back);
  }

  @Test
  void emptySetHasNoRanges() {
    assertEquals(List.of(), Numbers.ranges(new BitSet()));
  }
}
