package io.freshet.milvus;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.Lease;
import io.freshet.changes.Time;
import io.freshet.changes.metrics.PipelineMetrics;
import io.milvus.shaded.io.grpc.Deadline;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Sends one request under a lease until it is acknowledged or that is hopeless.
 *
 * <p>Nothing is sent once the lease is over, and no try lasts longer than the lease. What passes is
 * tried again with {@link Backoff} until then; what is unclear is tried a few times. A try that ran
 * into its deadline may still be carried out, after the one that was acknowledged, too: {@link
 * #takeUnanswered} tells, so that nothing newer is written meanwhile. Used by one thread.
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

  private final Time time;
  private final Backoff backoff;
  private final Runnable recovered;
  private final Deadline.Ticker ticker;

  /** Whether a try ended without an answer of the server's own: it may still be carried out. */
  private boolean unanswered;

  /**
   * @param recovered called when the server takes requests again after it did not
   */
  Sender(Time time, Backoff backoff, Runnable recovered) {
    this(time, backoff, recovered, Deadline.getSystemTicker());
  }

  /**
   * As the other.
   *
   * @param ticker what deadlines are told by
   */
  Sender(Time time, Backoff backoff, Runnable recovered, Deadline.Ticker ticker) {
    this.time = time;
    this.backoff = backoff;
    this.recovered = recovered;
    this.ticker = ticker;
  }

  /** What deadlines are told by. */
  Deadline.Ticker ticker() {
    return ticker;
  }

  /** A request that may be sent again. */
  interface Request {
    void send(Deadline deadline) throws MilvusException;
  }

  /**
   * Whether a try since the last call of this ended without an answer, whatever came of the next
   * one: what it has sent may still arrive.
   */
  boolean takeUnanswered() {
    boolean was = unanswered;
    unanswered = false;
    return was;
  }

  /** As {@link #takeUnanswered}, which will tell it again. */
  boolean hasUnanswered() {
    return unanswered;
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
      Deadline now = Deadline.after(0, TimeUnit.NANOSECONDS, ticker);
      Duration left = lease.remaining(time);
      if (left.isZero()) {
        return end;
      }
      Duration limit = left.compareTo(LONGEST_TRY) < 0 ? left : LONGEST_TRY;
      long start = time.nanos();
      try {
        request.send(now.offset(limit.toNanos(), TimeUnit.NANOSECONDS));
        PipelineMetrics.MILVUS_UP.set(1);
        if (failures > 0) {
          recovered.run();
        }
        return new Sent.Acknowledged(time.since(start));
      } catch (MilvusException e) {
        PipelineMetrics.MILVUS_UP.set(e.answered() ? 1 : 0);
        unanswered |= e.open();
        failures++;
        switch (e.kind()) {
          case LOST -> {
            return new Sent.Abandoned(FailureCategory.COLLECTION_LOST, e.getMessage());
          }
          case DENIED -> {
            return new Sent.Abandoned(FailureCategory.MILVUS_DENIED, e.getMessage());
          }
          case DATA -> {
            return new Sent.Refused(e.kind(), e.code(), e.getMessage());
          }
          case UNCLEAR -> {
            if (++unclear == unclearTries) {
              return new Sent.Refused(e.kind(), e.code(), e.getMessage());
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
      if (!lease.isOver(time)) {
        PipelineMetrics.RETRIES.add(1, TARGET, FailureCategory.MILVUS_UNAVAILABLE.label());
      }
    }
  }

  /** False if the thread is interrupted: whoever runs it wants it to end. */
  private boolean pause(Lease lease, int failures) {
    Duration pause = backoff.pause(failures);
    Duration left = lease.remaining(time);
    try {
      time.sleep(pause.compareTo(left) < 0 ? pause : left);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
