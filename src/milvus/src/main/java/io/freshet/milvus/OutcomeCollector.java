package io.freshet.milvus;

import io.freshet.changes.Change;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.Lease;
import io.freshet.changes.OptionAtFault;
import io.freshet.changes.Outcome;
import io.freshet.changes.Reject;
import io.freshet.changes.SkipReason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Collects the numbers of one attempt's changes by what became of them. */
final class OutcomeCollector {
  private final Lease lease;
  // An outcome without numbers stands for its kind.
  private final Map<Outcome, List<Integer>> numbers = new LinkedHashMap<>();
  private final Map<Outcome, Reject> firsts = new HashMap<>();

  OutcomeCollector(Lease lease) {
    this.lease = lease;
  }

  void written(int number) {
    add(new Outcome.Written(lease, List.of()), number);
  }

  void deleted(int number) {
    add(new Outcome.Deleted(lease, List.of()), number);
  }

  /** A change that need not be written. */
  void skipped(int number, SkipReason reason, String detail) {
    add(new Outcome.Skipped(lease, List.of(), reason, detail), number);
  }

  /** A change that cannot be written. */
  void rejected(Change change, SkipReason reason, String detail, OptionAtFault option) {
    Outcome kind = new Outcome.Skipped(lease, List.of(), reason, detail);
    add(kind, change.number());
    firsts.merge(kind, Reject.of(change, option), Reject::first);
  }

  void abandoned(int number, FailureCategory category, String detail) {
    add(new Outcome.Abandoned(lease, List.of(), category, detail), number);
  }

  /**
   * A request was sent again, or given up, since no answer came: it may still arrive. So the claim
   * is not over at once although each change has its outcome.
   */
  void mayStillArrive() {
    numbers.computeIfAbsent(
        new Outcome.Abandoned(
            lease,
            List.of(),
            FailureCategory.MILVUS_UNAVAILABLE,
            "a request that was not answered may still arrive"),
        k -> new ArrayList<>());
  }

  /** Whether anything but giving back has become of a change. */
  boolean claimAnything() {
    return numbers.keySet().stream().anyMatch(kind -> !(kind instanceof Outcome.Abandoned));
  }

  /** Gives back every change, whatever became of it. */
  void giveBack(FailureCategory category, String detail) {
    List<Integer> all = numbers.values().stream().flatMap(List::stream).toList();
    numbers.clear();
    all.forEach(number -> abandoned(number, category, detail));
  }

  /** Each kind of outcome once, its numbers ascending. */
  List<Outcome> outcomes() {
    List<Outcome> outcomes = new ArrayList<>();
    numbers.forEach(
        (kind, unsorted) -> {
          List<Integer> sorted = unsorted.stream().sorted().toList();
          outcomes.add(withNumbers(kind).apply(sorted));
        });
    return outcomes;
  }

  private void add(Outcome kind, int number) {
    numbers.computeIfAbsent(kind, k -> new ArrayList<>()).add(number);
  }

  private Function<List<Integer>, Outcome> withNumbers(Outcome kind) {
    if (kind instanceof Outcome.Skipped s) {
      Optional<Reject> first = Optional.ofNullable(firsts.get(kind));
      return list -> new Outcome.Skipped(s.lease(), list, s.reason(), s.detail(), first);
    } else if (kind instanceof Outcome.Abandoned a) {
      return list -> new Outcome.Abandoned(a.lease(), list, a.category(), a.detail());
    } else if (kind instanceof Outcome.Deleted d) {
      return list -> new Outcome.Deleted(d.lease(), list);
    }
    return list -> new Outcome.Written(kind.lease(), list);
  }
}
