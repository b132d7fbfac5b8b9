package io.freshet.milvus;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.Lease;
import io.freshet.changes.metrics.PipelineMetrics;
import io.milvus.shaded.io.grpc.Deadline;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Sends one request under a lease until it is acknowledged or that is hopeless.
 *
 * <p>Nothing is sent once the lease is over, and no try lasts longer than the lease. What passes is
 * tried again with {@link Backoff} until then; what is unclear is tried a few times. A try that ran
 * into its deadline may still be carried out: that is harmless, since the same rows are sent again.
 */
final class Sender {
  /**
   * A longer try is given up: a server that hangs and a new one at its address differ in nothing.
   */
  static final Duration LONGEST_TRY = Duration.ofSeconds(10);

  /** What fails a shorter try is its shortness, which says nothing of the server. */
  private static final Duration TELLING_TRY = Duration.ofMillis(100);

  /** How often what is unclear is tried. */
  static final int UNCLEAR_TRIES = 3;

  private static final String TARGET = "milvus";

  private final Clock clock;
  private final Backoff backoff;
  private final Sleeper sleeper;
  private final Runnable recovered;

  /**
   * @param recovered called when the server takes requests again after it did not
   */
  Sender(Clock clock, Backoff backoff, Sleeper sleeper, Runnable recovered) {
    this.clock = clock;
    this.backoff = backoff;
    this.sleeper = sleeper;
    this.recovered = recovered;
  }

  /** A request that may be sent again. */
  interface Request {
    void send(Deadline deadline) throws MilvusException;
  }

  /** Pauses the thread. */
  interface Sleeper {
    void sleep(Duration pause) throws InterruptedException;
  }

  Sent send(Lease lease, Request request) {
    return send(lease, request, UNCLEAR_TRIES);
  }

  /**
   * @param unclearTries how often what is unclear is tried before it counts as refused
   */
  Sent send(Lease lease, Request request, int unclearTries) {
    int unclear = 0;
    Sent end = new Sent.Abandoned(FailureCategory.LEASE_OVER, "the lease ended before the request");
    for (int failures = 0; ; ) {
      // Made before the clock is read, so that a stalled thread cannot move it past the lease.
      Deadline now = Deadline.after(0, TimeUnit.NANOSECONDS);
      Instant instant = clock.instant();
      if (lease.isOver(instant)) {
        return end;
      }
      Duration left = lease.remaining(instant);
      Duration limit = left.compareTo(LONGEST_TRY) < 0 ? left : LONGEST_TRY;
      long start = System.nanoTime();
      try {
        request.send(now.offset(limit.toNanos(), TimeUnit.NANOSECONDS));
        PipelineMetrics.MILVUS_UP.set(1);
        if (failures > 0) {
          recovered.run();
        }
        return new Sent.Acknowledged(Duration.ofNanos(System.nanoTime() - start));
      } catch (MilvusException e) {
        PipelineMetrics.MILVUS_UP.set(e.answered() ? 1 : 0);
        failures++;
        switch (e.kind()) {
          case LOST -> {
            return new Sent.Abandoned(FailureCategory.COLLECTION_LOST, e.getMessage());
          }
          case DENIED -> {
            return new Sent.Abandoned(FailureCategory.MILVUS_DENIED, e.getMessage());
          }
          case DATA -> {
            return new Sent.Refused(e.kind(), e.getMessage());
          }
          case UNCLEAR -> {
            if (++unclear == unclearTries) {
              return new Sent.Refused(e.kind(), e.getMessage());
            }
          }
          case TRANSIENT -> {}
        }
        if (failures == 1 || limit.compareTo(TELLING_TRY) >= 0) {
          end = new Sent.Abandoned(FailureCategory.MILVUS_UNAVAILABLE, e.getMessage());
        }
      }
      if (!pause(lease, failures)) {
        return end;
      }
      if (!lease.isOver(clock.instant())) {
        PipelineMetrics.RETRIES.add(1, TARGET, FailureCategory.MILVUS_UNAVAILABLE.label());
      }
    }
  }

  /** False if the thread is interrupted: whoever runs it wants it to end. */
  private boolean pause(Lease lease, int failures) {
    Duration pause = backoff.pause(failures);
    Duration left = lease.remaining(clock.instant());
    try {
      sleeper.sleep(pause.compareTo(left) < 0 ? pause : left);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
