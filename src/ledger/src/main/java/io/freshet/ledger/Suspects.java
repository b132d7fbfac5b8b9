package io.freshet.ledger;

import io.freshet.changes.Time;
import io.freshet.ledger.LedgerView.ClaimFiles;
import io.freshet.ledger.Names.PlanName;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The changes of a plan that Milvus refused while it took others. One is to blame only if that is
 * seen in two attempts, the second of which begins {@link #APART} after the first has said so: what
 * lasts less is a hiccup of the server, however long the first has waited before.
 *
 * <p>A refusal counts from when this process first saw it, which is after it came. So no two clocks
 * are compared; who is made anew waits once more.
 */
final class Suspects {
  /** How long after a refusal the next attempt must begin; the lease, where that is shorter. */
  static final Duration APART = Duration.ofSeconds(10);

  /**
   * So many may be all that a slice has left, refused with nothing taken, as where one is alone in
   * its slice. Of more, one must be taken: what all suffer is an option, or the environment.
   */
  private static final int MOST_ALONE = 3;

  private final LedgerStore store;
  private final Duration apart;
  private final Time time;

  private Optional<PlanName> plan = Optional.empty();

  private final Set<String> filesRead = new HashSet<>();

  /** When a change was first seen to be refused, by {@link Time#nanos()} and its number. */
  private final Map<Integer, Long> refused = new HashMap<>();

  Suspects(LedgerStore store, Duration lease, Time time) {
    this.store = store;
    this.apart = lease.compareTo(APART) < 0 ? lease : APART;
    this.time = time;
  }

  /** Takes in what the claims of the newest plan say. What was known of another plan is void. */
  void look(LedgerView view, PlanName newest) {
    if (!plan.equals(Optional.of(newest))) {
      plan = Optional.of(newest);
      filesRead.clear();
      refused.clear();
    }
    List<ClaimFiles> claims = view.claimsOf(newest);
    long now = time.nanos();
    for (ClaimFiles claim : claims) {
      for (String file : claim.outcomes()) {
        if (!filesRead.contains(file)) {
          store
              .read(file, Contents.Outcomes.class)
              .ifPresent(
                  outcomes -> {
                    add(outcomes, now);
                    filesRead.add(file);
                  });
        }
      }
    }
    Set<String> there = new HashSet<>();
    claims.forEach(claim -> there.addAll(claim.outcomes()));
    filesRead.retainAll(there);
  }

  private void add(Contents.Outcomes outcomes, long now) {
    Numbers.of(outcomes.refused()).stream().forEach(number -> refused.putIfAbsent(number, now));
  }

  /** The refused changes that have no outcome. */
  private BitSet open(PlanOutcomes outcomes) {
    BitSet open = new BitSet();
    refused.keySet().forEach(open::set);
    open.andNot(outcomes.settled());
    return open;
  }

  /**
   * Whether it is too early for another attempt to tell whether one of them is to blame.
   *
   * @param known what the last attempt was told
   */
  boolean isTooEarly(List<Integer> known, PlanOutcomes outcomes) {
    BitSet open = open(outcomes);
    open.andNot(Numbers.of(known));
    return open.stream().anyMatch(number -> !isDue(number));
  }

  /** Whether an attempt that is told {@code now} can tell more than one that was told less. */
  static boolean tellsMore(List<Integer> known, List<Integer> now) {
    BitSet more = Numbers.of(now);
    more.andNot(Numbers.of(known));
    return !more.isEmpty();
  }

  /** Whether every change of the plan either has an outcome or was refused. */
  boolean areAllThatIsLeft(PlanOutcomes outcomes) {
    BitSet others = left(outcomes);
    others.andNot(open(outcomes));
    return others.isEmpty();
  }

  /** Whether there are too many to blame one, as long as Milvus takes nothing. */
  boolean areTooMany(PlanOutcomes outcomes) {
    return !open(outcomes).isEmpty()
        && !outcomes.hasAccepted()
        && left(outcomes).cardinality() > MOST_ALONE;
  }

  /** The changes that have no outcome. */
  private static BitSet left(PlanOutcomes outcomes) {
    BitSet left = new BitSet();
    outcomes.manifest().ifPresent(manifest -> left.set(0, manifest.changes()));
    left.andNot(outcomes.settled());
    return left;
  }

  /**
   * Those to blame if an attempt that begins now has them refused again.
   *
   * @param known what the last attempt was told
   */
  List<Integer> toBlame(List<Integer> known, PlanOutcomes outcomes) {
    BitSet due = new BitSet();
    if (!areTooMany(outcomes)) {
      open(outcomes).stream().filter(this::isDue).forEach(due::set);
    }
    Numbers.addTo(due, known);
    due.andNot(outcomes.settled());
    return Numbers.ranges(due);
  }

  private boolean isDue(int number) {
    return time.since(refused.get(number)).compareTo(apart) >= 0;
  }
}
