package io.freshet.ledger;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The changes of a slice that stand for the most rows: a key that many rows are of has one change,
 * that of the newest. Of few keys it is worth knowing how many rows they have; the others have no
 * more than any of these, and count as having about as many each.
 */
final class HeavyChanges {
  private static final int MOST = 1_000;

  private final Map<Integer, Integer> rows;

  private HeavyChanges(Map<Integer, Integer> rows) {
    this.rows = rows;
  }

  /**
   * Those of a slice.
   *
   * @param rowsOfChanges see {@link ClaimedSlice#recordManifest}
   */
  static HeavyChanges of(int[] rowsOfChanges) {
    Map<Integer, Integer> heaviest = new HashMap<>();
    IntStream.range(0, rowsOfChanges.length)
        .filter(number -> rowsOfChanges[number] > 1)
        .boxed()
        .sorted(Comparator.comparingInt(number -> -rowsOfChanges[number]))
        .limit(MOST)
        .forEach(number -> heaviest.put(number, rowsOfChanges[number]));
    return new HeavyChanges(heaviest);
  }

  /**
   * Those that a manifest names.
   *
   * @param contents see {@link #contents}
   */
  static HeavyChanges read(List<Integer> contents) {
    Map<Integer, Integer> rows = new HashMap<>();
    for (int i = 0; i < contents.size(); i += 2) {
      rows.put(contents.get(i), contents.get(i + 1));
    }
    return new HeavyChanges(rows);
  }

  /** The change's number, its rows, and so on. */
  List<Integer> contents() {
    List<Integer> contents = new ArrayList<>();
    rows.forEach(
        (number, ofKey) -> {
          contents.add(number);
          contents.add(ofKey);
        });
    return contents;
  }

  /**
   * The rows that some changes stand for.
   *
   * @param numbers these
   * @param changes all changes of the slice that have rows
   * @param allRows the rows of all of them
   */
  double rowsOf(BitSet numbers, long changes, long allRows) {
    long heavyRows = rows.values().stream().mapToLong(Integer::longValue).sum();
    long others = changes - rows.size();
    double each = others <= 0 ? 1 : Math.max(1, (double) (allRows - heavyRows) / others);
    return numbers.stream().mapToDouble(number -> rows.getOrDefault(number, 0)).sum()
        + each * numbers.stream().filter(number -> !rows.containsKey(number)).count();
  }
}
