package io.freshet.changes;

import java.util.List;
import java.util.Optional;

/**
 * What became of some changes of one attempt. Every change of a finished slice has exactly one
 * outcome; {@link Abandoned} is none: it says that this attempt will send nothing more for them.
 */
public sealed interface Outcome {
  /** The attempt's lease. */
  Lease lease();

  /** The changes, by their numbers in the slice. */
  List<Integer> numbers();

  /** The rows are in the collection. */
  record Written(Lease lease, List<Integer> numbers) implements Outcome {
    public Written {
      numbers = List.copyOf(numbers);
    }
  }

  /** The keys are no longer in the collection. */
  record Deleted(Lease lease, List<Integer> numbers) implements Outcome {
    public Deleted {
      numbers = List.copyOf(numbers);
    }
  }

  /**
   * The changes cannot or need not be written.
   *
   * @param detail says more than the reason, for people
   * @param reject the first of the changes, where they cannot be written; empty where they need not
   */
  record Skipped(
      Lease lease, List<Integer> numbers, SkipReason reason, String detail, Optional<Reject> reject)
      implements Outcome {
    public Skipped {
      numbers = List.copyOf(numbers);
    }

    /** Changes that need not be written. */
    public Skipped(Lease lease, List<Integer> numbers, SkipReason reason, String detail) {
      this(lease, numbers, reason, detail, Optional.empty());
    }
  }

  /**
   * The attempt gave these changes up: the environment failed, the lease is over, or it is not yet
   * certain whose fault it is that Milvus refuses them. They stay without an outcome, and the
   * ledger has them tried again, or stops the pipeline if the category {@linkplain
   * FailureCategory#stopsPipeline() says so}.
   */
  record Abandoned(Lease lease, List<Integer> numbers, FailureCategory category, String detail)
      implements Outcome {
    public Abandoned {
      numbers = List.copyOf(numbers);
    }
  }
}
