package io.freshet.milvus;

import io.freshet.milvus.LossConfirmation.Finding;
import io.milvus.shaded.io.grpc.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** Asks a server in several ways whether a target's collection is there, and is its own. */
final class CollectionLooks {
  private final MilvusTarget target;
  private final MilvusCollection collection;
  private final RowQueries queries;

  CollectionLooks(MilvusTarget target, MilvusCollection collection) {
    this.target = target;
    this.collection = collection;
    this.queries = new RowQueries(target);
  }

  private interface Question {
    Finding ask(Deadline deadline) throws MilvusException;
  }

  /** One answer of each kind. */
  List<Finding> round(Supplier<Deadline> deadline) {
    List<Finding> round = new ArrayList<>();
    round.add(answer(this::has, deadline).orElse(Finding.UNANSWERED));
    round.add(answer(this::describe, deadline).orElse(Finding.UNANSWERED));
    // Of a collection that is there, but not loaded, it says nothing.
    answer(this::query, deadline).filter(f -> f != Finding.UNANSWERED).ifPresent(round::add);
    // Whoever may use a collection need not be allowed to list them all.
    answer(this::list, deadline).ifPresent(round::add);
    return round;
  }

  /** Empty if the question is not allowed. */
  private static Optional<Finding> answer(Question question, Supplier<Deadline> deadline) {
    try {
      return Optional.of(question.ask(deadline.get()));
    } catch (MilvusException e) {
      return switch (e.kind()) {
        case LOST -> Optional.of(Finding.GONE);
        case DENIED -> Optional.empty();
        case TRANSIENT, UNCLEAR, DATA -> Optional.of(Finding.UNANSWERED);
      };
    }
  }

  private Finding has(Deadline deadline) throws MilvusException {
    return collection.exists(deadline) ? Finding.THERE : Finding.GONE;
  }

  private Finding describe(Deadline deadline) throws MilvusException {
    return CollectionCheck.fault(target, collection.describe(deadline)).isEmpty()
        ? Finding.OWN
        : Finding.OTHER;
  }

  /** By the way that rows take. */
  private Finding query(Deadline deadline) throws MilvusException {
    queries.byKeys(List.of("freshet-control"), false, deadline);
    return Finding.THERE;
  }

  private Finding list(Deadline deadline) throws MilvusException {
    OptionalLong id = collection.listedId(deadline);
    if (id.isEmpty()) {
      return Finding.GONE;
    }
    if (target.collectionId() == 0) {
      return Finding.THERE;
    }
    // One whose id is right may still not fit.
    return id.getAsLong() == target.collectionId() ? Finding.THERE : Finding.OTHER;
  }
}
