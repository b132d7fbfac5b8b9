package io.freshet.ledger;

import io.freshet.ledger.Contents.Manifest;
import io.freshet.ledger.LedgerView.ClaimFiles;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a claim has reported of itself.
 *
 * @param ended whether it has said of each change that it emitted what became of it: it sends
 *     nothing more
 * @param progress whether it has brought any outcome
 * @param categories why it gave changes up
 * @param abandoned the files that tell of changes that it had emitted and gave up, and when that
 *     was, in milliseconds since 1970: a request that failed may still be on its way
 * @param rowsThatFit how many of the slice's rows fit in memory, where all of them do not
 */
record ClaimState(
    boolean ended,
    boolean progress,
    List<String> categories,
    Map<String, Long> abandoned,
    Optional<Long> rowsThatFit) {
  static ClaimState of(LedgerStore store, ClaimFiles claim) {
    TreeSet<String> categories = new TreeSet<>();
    if (claim.ended()) {
      Optional<Contents.Ended> why = store.read(claim.name().endedFile(), Contents.Ended.class);
      why.ifPresent(known -> categories.add(known.category()));
      return new ClaimState(
          true,
          false,
          List.copyOf(categories),
          Map.of(),
          why.map(Contents.Ended::rowsThatFit).filter(rows -> rows > 0));
    }
    BitSet reported = new BitSet();
    BitSet settled = new BitSet();
    Map<String, Long> abandoned = new TreeMap<>();
    for (String file : claim.outcomes()) {
      Optional<Contents.Outcomes> read = store.read(file, Contents.Outcomes.class);
      if (read.isPresent()) {
        Contents.Outcomes outcomes = read.get();
        outcomes.addSettledTo(settled);
        outcomes.addAllTo(reported);
        // A category without changes: all have their outcome, but something may still arrive.
        if (!outcomes.abandoned().isEmpty() || !outcomes.categories().isEmpty()) {
          abandoned.put(file, outcomes.at());
        }
        categories.addAll(outcomes.categories());
      }
    }
    boolean ended =
        claim
            .manifest()
            .flatMap(file -> store.read(file, Manifest.class))
            .map(manifest -> reported.cardinality() >= manifest.emitted())
            .orElse(false);
    return new ClaimState(
        ended, !settled.isEmpty(), List.copyOf(categories), abandoned, Optional.empty());
  }
}
