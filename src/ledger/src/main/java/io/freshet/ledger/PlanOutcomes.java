package io.freshet.ledger;

import io.freshet.changes.SkipReason;
import io.freshet.ledger.Contents.Manifest;
import io.freshet.ledger.LedgerView.ClaimFiles;
import io.freshet.ledger.Names.PlanName;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is known of one plan's changes: the outcomes of all its attempts united. Written and deleted
 * beat skipped.
 */
final class PlanOutcomes {
  private final Optional<Manifest> manifest;
  private final BitSet written = new BitSet();
  private final BitSet deleted = new BitSet();
  private final Map<String, BitSet> skipped = new TreeMap<>();
  private final RejectedChanges rejected = new RejectedChanges();
  private long writes;

  private PlanOutcomes(Optional<Manifest> manifest) {
    this.manifest = manifest;
  }

  static PlanOutcomes of(LedgerStore store, LedgerView view, PlanName plan) {
    List<ClaimFiles> claims = view.claimsOf(plan);
    PlanOutcomes united =
        new PlanOutcomes(
            claims.stream()
                .flatMap(claim -> claim.manifest().stream())
                .flatMap(file -> store.read(file, Manifest.class).stream())
                .findFirst());
    for (ClaimFiles claim : claims) {
      for (String file : claim.outcomes()) {
        store.read(file, Contents.Outcomes.class).ifPresent(united::add);
      }
    }
    return united;
  }

  private void add(Contents.Outcomes outcomes) {
    BitSet these = new BitSet();
    Numbers.addTo(these, outcomes.written());
    writes += these.cardinality();
    written.or(these);
    Numbers.addTo(deleted, outcomes.deleted());
    outcomes
        .skipped()
        .forEach(
            (reason, ranges) ->
                Numbers.addTo(skipped.computeIfAbsent(reason, r -> new BitSet()), ranges));
    rejected.add(outcomes.rejected());
  }

  Optional<Manifest> manifest() {
    return manifest;
  }

  /** The changes that have an outcome. */
  BitSet settled() {
    BitSet settled = (BitSet) written.clone();
    settled.or(deleted);
    skipped.values().forEach(settled::or);
    return settled;
  }

  /** Whether Milvus has taken anything of the plan: a row, a delete, or a question about a key. */
  boolean hasAccepted() {
    return !written.isEmpty()
        || !deleted.isEmpty()
        || skipped.containsKey(SkipReason.STILL_CURRENT.label());
  }

  /** Whether every change has an outcome. */
  boolean isComplete() {
    return manifest.map(m -> settled().cardinality() >= m.changes()).orElse(false);
  }

  /** Each change once, those dropped while reading included. */
  OutcomeTotals totals() {
    Map<String, Long> skips = new TreeMap<>(manifest.map(Manifest::skipped).orElse(Map.of()));
    BitSet counted = (BitSet) written.clone();
    BitSet deletedOnly = (BitSet) deleted.clone();
    deletedOnly.andNot(counted);
    counted.or(deleted);
    skipped.forEach(
        (reason, numbers) -> {
          BitSet rest = (BitSet) numbers.clone();
          rest.andNot(counted);
          counted.or(numbers);
          skips.merge(reason, (long) rest.cardinality(), Long::sum);
        });
    skips.values().removeIf(count -> count == 0);
    return new OutcomeTotals(written.cardinality(), deletedOnly.cardinality(), skips);
  }

  /** What could not be written by any attempt, the commonest kind first. */
  List<RejectedChanges.Example> rejected() {
    BitSet done = (BitSet) written.clone();
    done.or(deleted);
    return rejected.without(done);
  }

  /** The changes that stand for the most rows. */
  HeavyChanges heavyChanges() {
    return HeavyChanges.read(manifest.map(Manifest::heavy).orElse(List.of()));
  }

  /** Changes that were written by more than one claim, counted once for each further time. */
  long repeated() {
    return writes - written.cardinality();
  }
}
