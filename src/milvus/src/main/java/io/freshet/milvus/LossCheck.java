package io.freshet.milvus;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.Lease;
import io.freshet.changes.Outcome;
import io.freshet.changes.Time;
import io.freshet.milvus.LossConfirmation.Finding;
import io.milvus.shaded.io.grpc.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between what a batch was told of its collection and the ledger, which such a word stops
 * for good. That the collection is gone, or another one, is passed on when {@link LossConfirmation}
 * believes it; until then it is a failure that passes. What was heard is remembered in the JVM:
 * leases may be shorter than that takes.
 */
final class LossCheck {
  private static final Logger LOG = LoggerFactory.getLogger(LossCheck.class);
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(5);
  private static final Map<MilvusTarget, LossConfirmation> HEARD = new ConcurrentHashMap<>();

  private final MilvusTarget target;
  private final CollectionLooks looks;
  private final LossConfirmation confirmation;
  private final Time time;
  private final Deadline.Ticker ticker;

  LossCheck(
      MilvusTarget target,
      CollectionLooks looks,
      LossConfirmation confirmation,
      Time time,
      Deadline.Ticker ticker) {
    this.target = target;
    this.looks = looks;
    this.confirmation = confirmation;
    this.time = time;
    this.ticker = ticker;
  }

  /** What this JVM has heard of the target's collection. */
  static LossConfirmation heardOf(MilvusTarget target) {
    return HEARD.computeIfAbsent(target, t -> new LossConfirmation());
  }

  /**
   * The outcomes of a batch as they may be recorded. Looks again, until the lease is over at the
   * latest, where they say that the collection is lost.
   */
  List<Outcome> believed(Lease lease, List<Outcome> outcomes) {
    Optional<Finding> suspicion =
        outcomes.stream().flatMap(outcome -> suspicion(outcome).stream()).findFirst();
    boolean contradicted = outcomes.stream().anyMatch(o -> !(o instanceof Outcome.Abandoned));
    if (contradicted) {
      confirmation.contradict();
    }
    if (suspicion.isEmpty() || (!contradicted && isConfirmed(suspicion.get(), lease))) {
      return outcomes;
    }
    List<Outcome> passing = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      passing.add(suspicion(outcome).isEmpty() ? outcome : passing((Outcome.Abandoned) outcome));
    }
    return passing;
  }

  private boolean isConfirmed(Finding suspicion, Lease lease) {
    LOG.warn("Milvus says of the collection {}: {}; it is asked again", target, suspicion);
    while (!lease.isOver(time)) {
      switch (confirmation.add(suspicion, looks.round(() -> within(lease)), time.nanos())) {
        case CONFIRMED -> {
          return true;
        }
        case CONTRADICTED -> {
          return false;
        }
        case OPEN -> {
          if (!pause(lease)) {
            return false;
          }
        }
      }
    }
    return false;
  }

  private Deadline within(Lease lease) {
    Duration left = lease.remaining(time);
    Duration limit = left.compareTo(LONGEST_LOOK) < 0 ? left : LONGEST_LOOK;
    return Deadline.after(limit.toNanos(), TimeUnit.NANOSECONDS, ticker);
  }

  /** False if the thread is interrupted: whoever runs it wants it to end. */
  private boolean pause(Lease lease) {
    Duration left = lease.remaining(time);
    try {
      time.sleep(left.compareTo(LossConfirmation.PAUSE) < 0 ? left : LossConfirmation.PAUSE);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Optional<Finding> suspicion(Outcome outcome) {
    if (outcome instanceof Outcome.Abandoned abandoned) {
      if (abandoned.category() == FailureCategory.COLLECTION_LOST) {
        return Optional.of(Finding.GONE);
      } else if (abandoned.category() == FailureCategory.COLLECTION_MISMATCH) {
        return Optional.of(Finding.OTHER);
      }
    }
    return Optional.empty();
  }

  private static Outcome passing(Outcome.Abandoned abandoned) {
    return new Outcome.Abandoned(
        abandoned.lease(),
        abandoned.numbers(),
        FailureCategory.MILVUS_UNAVAILABLE,
        abandoned.detail() + "; not all answers say so, or not for long enough");
  }
}
