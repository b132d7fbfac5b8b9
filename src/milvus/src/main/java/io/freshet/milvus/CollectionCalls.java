package io.freshet.milvus;

import io.milvus.grpc.GetLoadStateRequest;
import io.milvus.grpc.MilvusServiceGrpc.MilvusServiceBlockingStub;
import io.milvus.grpc.MutationResult;
import io.milvus.shaded.io.grpc.Deadline;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * How requests about one collection are sent: as they come, but for Milvus Lite, which cannot do
 * two things at once.
 *
 * <ul>
 *   <li>It acknowledges several writes at a time and spoils its write-ahead log with them: what
 *       this JVM writes to one collection is sent one after the other.
 *   <li>After a start it opens a collection when it is first asked for it. Two requests at that
 *       moment have it opened twice, and what is written to the first of the two is gone, although
 *       it was acknowledged. So on each new connection one request opens it, whose answer is waited
 *       for, and then as long as another's opening may still take.
 * </ul>
 *
 * <p>Seen on Milvus Lite 3.2.2 ({@code db.py}, {@code get_collection}: neither is guarded by a
 * lock).
 */
final class CollectionCalls {
  /** By target; what this JVM has of a collection in Milvus Lite. */
  private static final Map<MilvusTarget, Turns> TURNS = new ConcurrentHashMap<>();

  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);

  private final MilvusTarget target;
  private final MilvusClient client;

  CollectionCalls(MilvusTarget target) {
    this.target = target;
    this.client = MilvusClient.of(target.endpoint());
  }

  /** Those who wait for each other. */
  private static final class Turns {
    private final Lock writing;
    private final Lock opening = new ReentrantLock();

    /** The connection on which the collection was opened. */
    private volatile long opened;

    Turns(Lock writing) {
      this.writing = writing;
    }
  }

  /**
   * From now on those of this JVM that write to {@code target} wait for each other by {@code turn}.
   */
  static void takeTurns(MilvusTarget target, Lock turn) {
    TURNS.put(target, new Turns(turn));
  }

  /** Calls the server; the call ends at {@code deadline} whatever happens. */
  <T> T call(Deadline deadline, Function<MilvusServiceBlockingStub, T> rpc) throws MilvusException {
    if (target.isLite()) {
      open(turns(), deadline);
    }
    return client.call(deadline, rpc);
  }

  /**
   * As {@link #call}, for what changes rows. Where the deadline passes meanwhile, nothing is sent.
   */
  MutationResult write(Deadline deadline, Function<MilvusServiceBlockingStub, MutationResult> rpc)
      throws MilvusException {
    if (!target.isLite()) {
      return call(deadline, rpc);
    }
    Lock writing = turns().writing;
    writing.lock();
    try {
      return call(deadline, rpc);
    } finally {
      writing.unlock();
    }
  }

  private Turns turns() {
    return TURNS.computeIfAbsent(target, any -> new Turns(new ReentrantLock(true)));
  }

  private void open(Turns turns, Deadline deadline) throws MilvusException {
    if (client.connection() == turns.opened) {
      return;
    }
    turns.opening.lock();
    try {
      long connection = client.connection();
      if (connection == turns.opened) {
        return;
      }
      GetLoadStateRequest anything =
          GetLoadStateRequest.newBuilder()
              .setDbName(target.database())
              .setCollectionName(target.collection())
              .build();
      long begun = System.nanoTime();
      // Whatever it answers; a collection that is not there need not be opened.
      client.call(deadline, stub -> stub.getLoadState(anything));
      Thread.sleep(
          SHORTEST_PAUSE
              .plus(Duration.ofNanos(System.nanoTime() - begun).multipliedBy(2))
              .toMillis());
      turns.opened = connection;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // The request fails by that, or is the last one.
    } finally {
      turns.opening.unlock();
    }
  }
}
