package io.freshet.embedding;

import io.freshet.changes.Change;
import io.freshet.changes.ChangeType;
import io.freshet.changes.FailureCategory;
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

/**
 * Collects the changes that get no vector: one outcome for each lease, reason and detail. An
 * outcome without numbers is the key of those that get one like it.
 */
final class Rejects {
  private final Map<Outcome.Skipped, List<Integer>> skipped = new LinkedHashMap<>();
  private final Map<Outcome.Skipped, Reject> firsts = new HashMap<>();
  private final Map<Outcome.Abandoned, List<Integer>> abandoned = new LinkedHashMap<>();

  void skip(Change change, SkipReason reason, String detail, OptionAtFault option) {
    numbersLike(change, reason, detail).add(change.number());
    firsts.merge(like(change, reason, detail), Reject.of(change, option), Reject::first);
  }

  private List<Integer> numbersLike(Change change, SkipReason reason, String detail) {
    return skipped.computeIfAbsent(like(change, reason, detail), l -> new ArrayList<>());
  }

  private static Outcome.Skipped like(Change change, SkipReason reason, String detail) {
    return new Outcome.Skipped(change.lease(), List.of(), reason, detail);
  }

  /** A change whose key cannot be stored. A delete of it loses nothing. */
  void skipKey(Change change, SkipReason fault) {
    if (change.type() == ChangeType.DELETE) {
      numbersLike(change, fault, change.position().text()).add(change.number());
    } else {
      skip(change, fault, change.position().text(), OptionAtFault.KEY_COLUMN);
    }
  }

  void abandon(Change change, FailureCategory category, String detail) {
    abandoned
        .computeIfAbsent(
            new Outcome.Abandoned(change.lease(), List.of(), category, detail),
            like -> new ArrayList<>())
        .add(change.number());
  }

  List<Outcome> outcomes() {
    List<Outcome> outcomes = new ArrayList<>();
    skipped.forEach(
        (like, numbers) ->
            outcomes.add(
                new Outcome.Skipped(
                    like.lease(),
                    numbers,
                    like.reason(),
                    like.detail(),
                    Optional.ofNullable(firsts.get(like)))));
    abandoned.forEach(
        (like, numbers) ->
            outcomes.add(
                new Outcome.Abandoned(like.lease(), numbers, like.category(), like.detail())));
    return outcomes;
  }
}
