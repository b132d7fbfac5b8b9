package io.freshet.milvus;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Believes that a collection is gone, or is another one, only when all answers say so for a while:
 * what follows, a pipeline that stops for good or a collection that is made again, cannot be taken
 * back. It asks nobody and has no clock: whoever uses it gives it rounds of answers and their
 * times.
 *
 * <p>A round is one answer each to questions of several kinds. An answer that contradicts, or does
 * not come, takes away all that was said before it: a server that comes back may be wrong at first.
 */
final class LossConfirmation {
  /**
   * Longer than a server takes that starts, loads its list of collections, or hands over to another
   * one behind the same address: all answers that were seen to be wrong were over within seconds.
   */
  static final Duration SPAN = Duration.ofSeconds(10);

  /** Between two rounds of one who waits for them. */
  static final Duration PAUSE = Duration.ofSeconds(2);

  /** Rounds that come closer together count as one: they tell of the same moment. */
  private static final int LEAST_ROUNDS = 4;

  /** What was said before a longer silence says nothing of what was in between. */
  private static final int LONGEST_SILENCE = 3;

  /** What one answer says of the collection. */
  enum Finding {
    /** It is there, and the pipeline's own. */
    OWN,
    /** One of its name is there. */
    THERE,
    /** One of its name is there that is not the pipeline's, or does not fit. */
    OTHER,
    /** There is none of its name. */
    GONE,
    /** Nothing: there was no answer. */
    UNANSWERED
  }

  /** What is known after a round. */
  enum State {
    OPEN,
    CONFIRMED,
    CONTRADICTED
  }

  private final Duration span;
  private Optional<Finding> suspected = Optional.empty();
  private long since;
  private long last;
  private int rounds;

  LossConfirmation() {
    this(SPAN);
  }

  /** One that is content with answers over {@code span}. */
  LossConfirmation(Duration span) {
    this.span = span;
  }

  /**
   * Takes a round.
   *
   * @param suspicion {@link Finding#GONE} or {@link Finding#OTHER}
   * @param round the answers, of several kinds
   * @param nanos when they came, by a monotonic clock
   */
  synchronized State add(Finding suspicion, Collection<Finding> round, long nanos) {
    if (!agrees(suspicion, round)) {
      suspected = Optional.empty();
      return State.CONTRADICTED;
    }
    if (!suspected.equals(Optional.of(suspicion))
        || nanos - last > span.multipliedBy(LONGEST_SILENCE).toNanos()) {
      suspected = Optional.of(suspicion);
      since = nanos;
      last = nanos;
      rounds = 1;
    } else if (nanos - last >= span.dividedBy(2L * LEAST_ROUNDS).toNanos()) {
      last = nanos;
      rounds++;
    }
    return rounds >= LEAST_ROUNDS && nanos - since >= span.toNanos() ? State.CONFIRMED : State.OPEN;
  }

  /** Something was written or read: what was said before counts no more. */
  synchronized void contradict() {
    suspected = Optional.empty();
  }

  private static boolean agrees(Finding suspicion, Collection<Finding> round) {
    List<Finding> allowed =
        suspicion == Finding.OTHER ? List.of(Finding.OTHER, Finding.THERE) : List.of(suspicion);
    return round.contains(suspicion) && allowed.containsAll(round);
  }
}
