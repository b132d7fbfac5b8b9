package io.freshet.milvus;

import io.freshet.changes.Outcome;
import io.freshet.changes.Time;
import io.freshet.changes.VectorBatch;
import io.milvus.grpc.CollectionSchema;
import io.milvus.grpc.KeyValuePair;
import io.milvus.shaded.io.grpc.Deadline;
import io.milvus.shaded.io.grpc.ManagedChannel;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What the simulation needs of this package beyond what a pipeline does: a server, clocks and
 * chance of its own. It stands in this package so that nothing of it need be public in the library.
 */
public final class SimulatedWriters {
  private SimulatedWriters() {}

  /** From now on this JVM reaches the target's server by {@code channel}. */
  public static void reach(MilvusTarget target, ManagedChannel channel) {
    MilvusClient.reach(target.endpoint(), channel);
  }

  /** From now on those of this JVM that write to a target that takes one wait by {@code turn}. */
  public static void takeTurns(MilvusTarget target, Lock turn) {
    CollectionCalls.takeTurns(target, turn);
  }

  /** What a process writes batches with. */
  public static Function<VectorBatch, List<Outcome>> writer(
      MilvusTarget target, Time time, Supplier<? extends RandomGenerator> chance) {
    Deadline.Ticker ticker =
        new Deadline.Ticker() {
          @Override
          public long nanoTime() {
            return time.nanos();
          }
        };
    Backoff backoff = new Backoff(Backoff.STANDARD.first(), Backoff.STANDARD.longest(), chance);
    return new BatchWriter(
            target,
            new Sender(time, backoff, () -> {}, ticker),
            new LossConfirmation(),
            new ControlRow(target),
            time,
            RequestLimits.UPSERT,
            RequestLimits.KEYS)
        ::write;
  }

  /** What the collection of a target looks like. */
  public static CollectionSchema schema(MilvusTarget target) {
    return CollectionSchemas.of(target);
  }

  /** The mark of the ledger that a collection belongs to. */
  public static KeyValuePair mark(String ledgerId) {
    return LedgerMark.property(ledgerId);
  }
}
