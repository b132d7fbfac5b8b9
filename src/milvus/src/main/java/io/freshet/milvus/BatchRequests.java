package io.freshet.milvus;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.Lease;
import io.freshet.changes.VectorUpdate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The requests of one operation that an attempt has in a batch. A request that the server refuses
 * is halved until the rows at fault stand alone; what is good is written first, and those are
 * judged when that is done.
 */
final class BatchRequests {
  private final Operation operation;
  private final Sender sender;
  private final Lease lease;
  private final Supplier<Optional<Sent.Abandoned>> control;
  private final OutcomeCollector outcomes;
  private final List<Verdicts.Refusal> refused = new ArrayList<>();
  private int accepted;
  private int unanswered;

  /**
   * @param control does the operation with a row that is certainly good, and says what is wrong
   *     with the environment if that fails
   */
  BatchRequests(
      Operation operation,
      Sender sender,
      Lease lease,
      Supplier<Optional<Sent.Abandoned>> control,
      OutcomeCollector outcomes) {
    this.operation = operation;
    this.sender = sender;
    this.lease = lease;
    this.control = control;
    this.outcomes = outcomes;
  }

  /** Sends each of {@code parts}. What is refused alone is kept for {@link #judge}. */
  void send(List<List<VectorUpdate>> parts) {
    parts.forEach(part -> send(part, Sender.UNCLEAR_TRIES));
  }

  private void send(List<VectorUpdate> part, int unclearTries) {
    Sent sent = sender.send(lease, operation.request(part), unclearTries);
    if (sent instanceof Sent.Acknowledged acknowledged) {
      accept(part, acknowledged.took());
    } else if (sent instanceof Sent.Abandoned abandoned) {
      abandon(part, abandoned);
    } else if (sent instanceof Sent.Refused answer && part.size() == 1) {
      refused.add(new Verdicts.Refusal(part.get(0), answer));
    } else {
      Optional<Sent.Abandoned> fault = control.get();
      if (fault.isPresent()) {
        abandon(part, fault.get());
      } else {
        // Nobody is blamed on these answers: one try is enough to find the rows at fault.
        int half = part.size() / 2;
        send(part.subList(0, half), 1);
        send(part.subList(half, part.size()), 1);
      }
    }
  }

  /**
   * Tries the rows that were refused alone once more, each between two good ones: bad, good, bad,
   * good, for the same reason. Any other course is the environment's, or the row is written.
   */
  void judge() {
    if (refused.isEmpty()) {
      return;
    }
    Verdicts verdicts = new Verdicts(operation.kind(), outcomes);
    Optional<Sent.Abandoned> fault = control.get();
    for (Verdicts.Refusal refusal : refused) {
      List<VectorUpdate> alone = List.of(refusal.update());
      if (fault.isPresent()) {
        abandon(alone, fault.get());
      } else if (accepted == 0 && verdicts.areTooMany()) {
        verdicts.add(refusal); // Trying them all again would say no more.
      } else {
        Sent again = sender.send(lease, operation.request(alone));
        if (again instanceof Sent.Acknowledged acknowledged) {
          accept(alone, acknowledged.took());
        } else if (again instanceof Sent.Abandoned abandoned) {
          abandon(alone, abandoned);
        } else if (again instanceof Sent.Refused answer && !answer.isAs(refusal.answer())) {
          // What is wrong with a row is the same each time that it is looked at.
          abandon(
              alone,
              new Sent.Abandoned(FailureCategory.MILVUS_UNAVAILABLE, twoAnswers(refusal, answer)));
        } else {
          fault = control.get();
          fault.ifPresentOrElse(found -> abandon(alone, found), () -> verdicts.add(refusal));
        }
      }
    }
    verdicts.pass(accepted, unanswered);
    refused.clear();
  }

  private static String twoAnswers(Verdicts.Refusal first, Sent.Refused second) {
    return "the server refuses a row for two reasons in turn: "
        + first.detail()
        + "; "
        + second.detail();
  }

  private void accept(List<VectorUpdate> part, Duration took) {
    accepted += part.size();
    operation.acknowledged(part, took);
  }

  private void abandon(List<VectorUpdate> part, Sent.Abandoned abandoned) {
    unanswered += (int) part.stream().filter(update -> !update.change().suspected()).count();
    FailureCategory category = abandoned.category();
    part.forEach(
        update -> outcomes.abandoned(update.change().number(), category, abandoned.detail()));
  }
}
