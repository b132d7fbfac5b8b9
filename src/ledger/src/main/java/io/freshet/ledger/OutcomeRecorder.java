package io.freshet.ledger;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.Lease;
import io.freshet.changes.Outcome;
import io.freshet.ledger.LedgerView.ClaimFiles;
import io.freshet.ledger.Names.ClaimName;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Records outcomes: one file for each claim that a bundle has outcomes of. */
public final class OutcomeRecorder {
  private final Ledger ledger;

  OutcomeRecorder(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * Records the outcomes of a bundle. A failure that waiting does not mend halts the pipeline.
   *
   * @throws io.freshet.changes.FreshetException if the ledger cannot be written; then none of these
   *     is recorded, and the ledger has them tried again
   */
  public void record(List<Outcome> outcomes) {
    Map<String, Gathered> byClaim = new LinkedHashMap<>();
    for (Outcome outcome : outcomes) {
      byClaim.computeIfAbsent(outcome.lease().attempt(), c -> new Gathered()).add(outcome);
    }
    byClaim.forEach(
        (claim, gathered) -> {
          ClaimName name = ClaimName.parse(claim);
          ledger.store().write(name.outcomesFile(), gathered.contents(ledger.time().millis()));
          gathered.halting.forEach(
              (category, detail) -> Halt.recordIfNeeded(ledger, name.attempt(), category, detail));
        });
  }

  /**
   * Those of a claim's changes that may still be sent: no outcome of them has been reported.
   *
   * <p>A runner may run a bundle again whose worker was killed after it had reported; then later
   * slices may be under way, and what the bundle sends again would come after them. A worker that
   * may be such a second run asks here before it sends. Costs one listing, or two. It says nothing
   * of a first run that is still going on: two copies of a bundle at once (speculative execution)
   * are not safe.
   */
  public List<Integer> unreported(Lease lease, List<Integer> numbers) {
    BitSet reported = new BitSet();
    Optional<ClaimFiles> claim = claim(lease);
    if (claim.isEmpty()) {
      return List.of(); // It ended, and was folded away.
    }
    for (String file : claim.get().outcomes()) {
      ledger
          .store()
          .read(file, Contents.Outcomes.class)
          .ifPresent(outcomes -> outcomes.addAllTo(reported));
    }
    List<Integer> left = numbers.stream().filter(number -> !reported.get(number)).toList();
    // What was not found may have been folded away meanwhile. The claim goes first: while it was
    // there, all was.
    return left.isEmpty() || claim(lease).isPresent() ? left : List.of();
  }

  private Optional<ClaimFiles> claim(Lease lease) {
    return ledger.view().claims().stream()
        .filter(claim -> claim.name().text().equals(lease.attempt()))
        .filter(claim -> claim.claimFile().isPresent())
        .findFirst();
  }

  private static final class Gathered {
    private final BitSet written = new BitSet();
    private final BitSet deleted = new BitSet();
    private final Map<String, BitSet> skipped = new TreeMap<>();
    private final RejectedChanges rejected = new RejectedChanges();
    private final BitSet abandoned = new BitSet();
    private final BitSet refused = new BitSet();
    private final TreeSet<String> categories = new TreeSet<>();
    private final Map<FailureCategory, String> halting = new HashMap<>();

    void add(Outcome outcome) {
      if (outcome instanceof Outcome.Written) {
        outcome.numbers().forEach(written::set);
      } else if (outcome instanceof Outcome.Deleted) {
        outcome.numbers().forEach(deleted::set);
      } else if (outcome instanceof Outcome.Skipped skip) {
        BitSet numbers = skipped.computeIfAbsent(skip.reason().label(), r -> new BitSet());
        outcome.numbers().forEach(numbers::set);
        rejected.add(skip);
      } else if (outcome instanceof Outcome.Abandoned abandon) {
        outcome.numbers().forEach(abandoned::set);
        categories.add(abandon.category().name());
        if (abandon.category() == FailureCategory.ROW_REFUSED
            || abandon.category() == FailureCategory.ALL_REFUSED) {
          outcome.numbers().forEach(refused::set);
        }
        if (abandon.category().stopsPipeline()) {
          halting.putIfAbsent(abandon.category(), abandon.detail());
        }
      }
    }

    Contents.Outcomes contents(long now) {
      Map<String, List<Integer>> skippedRanges = new TreeMap<>();
      skipped.forEach((reason, numbers) -> skippedRanges.put(reason, Numbers.ranges(numbers)));
      return new Contents.Outcomes(
          Numbers.ranges(written),
          Numbers.ranges(deleted),
          skippedRanges,
          Numbers.ranges(abandoned),
          List.copyOf(categories),
          now,
          Numbers.ranges(refused),
          rejected.contents());
    }
  }
}
