package io.freshet.ledger;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a done record says of rows that could not be written.
 *
 * @param start the generation of the ledger's owner that has seen them: another start begins to
 *     count anew, since what was wrong may have been mended
 * @param recent the last rows that it has seen, the newest last: slices, small ones together
 * @param first by reason, the first one since the ledger began
 */
record RecentRejects(String start, List<RejectTally> recent, Map<String, FirstReject> first) {
  static final RecentRejects NONE = new RecentRejects("", List.of(), Map.of());

  /** How many of the last rows are looked at where a slice has fewer. */
  static final long ROWS = 1_000;

  /** So many rows are told from those before: else each row might be remembered for itself. */
  private static final long TOGETHER = 100;

  RecentRejects {
    start = start == null ? "" : start;
    recent = recent == null ? List.of() : List.copyOf(recent);
    first = first == null ? Map.of() : Map.copyOf(first);
  }

  /** The same after another slice. */
  RecentRejects after(
      String generation, RejectTally slice, List<RejectedChanges.Example> examples, long version) {
    Map<String, FirstReject> all = new TreeMap<>(first);
    for (RejectedChanges.Example example : examples) {
      all.putIfAbsent(example.reason(), example.upTo(version));
    }
    List<RejectTally> known = new ArrayList<>(start.equals(generation) ? recent : List.of());
    int last = known.size() - 1;
    if (last >= 0 && known.get(last).rows() < TOGETHER) {
      known.set(last, known.get(last).plus(slice));
    } else if (slice.rows() > 0) {
      known.add(slice);
    }
    while (known.size() > 1 && rows(known.subList(1, known.size())) >= ROWS) {
      known.remove(0);
    }
    return new RecentRejects(generation, known, all);
  }

  private static long rows(List<RejectTally> tallies) {
    return tallies.stream().mapToLong(RejectTally::rows).sum();
  }

  /** The last rows, about {@link #ROWS} of them; fewer if there are no more. */
  @JsonIgnore
  RejectTally lastRows() {
    RejectTally sum = RejectTally.NONE;
    for (int i = recent.size() - 1; i >= 0 && sum.rows() < ROWS; i--) {
      RejectTally next = recent.get(i);
      sum = sum.plus(next.part(Math.min(next.rows(), ROWS - sum.rows())));
    }
    return sum;
  }
}
