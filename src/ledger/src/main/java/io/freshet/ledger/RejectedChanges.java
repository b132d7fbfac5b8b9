package io.freshet.ledger;

import io.freshet.changes.OptionAtFault;
import io.freshet.changes.Outcome;
import io.freshet.changes.Reject;
import io.freshet.changes.SkipReason;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Changes of a plan that were to be written and cannot be, by what is wrong with them. */
final class RejectedChanges {
  private static final Comparator<Kind> ORDER =
      Comparator.comparing(Kind::reason).thenComparing(Kind::option);

  private final Map<Kind, Some> kinds = new TreeMap<>(ORDER);

  /** What changes have in common. */
  private record Kind(String reason, String option) {}

  /** Changes of one kind, and the first of them. */
  private record Some(BitSet numbers, int first, String key, String message) {
    Some and(Some other) {
      BitSet all = (BitSet) numbers.clone();
      all.or(other.numbers);
      Some earlier = other.first < first ? other : this;
      return new Some(all, earlier.first, earlier.key, earlier.message);
    }
  }

  /**
   * The first of some changes.
   *
   * @param reason the label of a {@link SkipReason}
   * @param numbers all of them
   */
  record Example(
      String reason, OptionAtFault option, BitSet numbers, int number, String key, String message) {
    /** How many they are. */
    long count() {
      return numbers.cardinality();
    }

    String text() {
      return FirstReject.text(key, message);
    }

    /** The same as one of a slice that ends with a version. */
    FirstReject upTo(long version) {
      return new FirstReject(key, message, version);
    }
  }

  /** Adds those of a bundle; nothing if they need not be written. */
  void add(Outcome.Skipped skipped) {
    if (skipped.reject().isPresent()) {
      Reject first = skipped.reject().get();
      BitSet numbers = new BitSet();
      skipped.numbers().forEach(numbers::set);
      add(
          new Kind(skipped.reason().label(), first.option().name()),
          new Some(numbers, first.number(), first.key(), skipped.detail()));
    }
  }

  /** Adds those of a file. */
  void add(List<Contents.Rejected> recorded) {
    for (Contents.Rejected some : recorded) {
      add(
          new Kind(some.reason(), some.option()),
          new Some(Numbers.of(some.numbers()), some.first(), some.key(), some.message()));
    }
  }

  private void add(Kind kind, Some some) {
    kinds.merge(kind, some, Some::and);
  }

  /** What a file says of them. */
  List<Contents.Rejected> contents() {
    List<Contents.Rejected> contents = new ArrayList<>();
    kinds.forEach(
        (kind, some) ->
            contents.add(
                new Contents.Rejected(
                    kind.reason(),
                    kind.option(),
                    Numbers.ranges(some.numbers()),
                    some.first(),
                    some.key(),
                    some.message())));
    return contents;
  }

  /** One of each kind that has changes beside {@code others}, the commonest first. */
  List<Example> without(BitSet others) {
    List<Example> examples = new ArrayList<>();
    kinds.forEach(
        (kind, some) -> {
          BitSet left = (BitSet) some.numbers().clone();
          left.andNot(others);
          if (!left.isEmpty()) {
            examples.add(
                new Example(
                    kind.reason(),
                    OptionAtFault.valueOf(kind.option()),
                    left,
                    some.first(),
                    some.key(),
                    some.message()));
          }
        });
    examples.sort(Comparator.comparingLong(Example::count).reversed());
    return examples;
  }

  /** The first of one kind: where it is too early for any vector of another length. */
  static Optional<Example> of(OptionAtFault option, List<Example> examples) {
    return examples.stream().filter(example -> example.option() == option).findFirst();
  }
}
