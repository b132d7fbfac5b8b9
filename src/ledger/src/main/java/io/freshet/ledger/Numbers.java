package io.freshet.ledger;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Sets of change numbers as ranges {@code [first, last, first, last, …]}: a batch is mostly one
 * run.
 */
final class Numbers {
  private Numbers() {}

  static List<Integer> ranges(BitSet numbers) {
    List<Integer> ranges = new ArrayList<>();
    for (int first = numbers.nextSetBit(0); first >= 0; ) {
      int end = numbers.nextClearBit(first);
      ranges.add(first);
      ranges.add(end - 1);
      first = numbers.nextSetBit(end);
    }
    return ranges;
  }

  static BitSet of(List<Integer> ranges) {
    BitSet numbers = new BitSet();
    addTo(numbers, ranges);
    return numbers;
  }

  static void addTo(BitSet numbers, List<Integer> ranges) {
    for (int i = 0; i < ranges.size(); i += 2) {
      numbers.set(ranges.get(i), ranges.get(i + 1) + 1);
    }
  }
}
