package io.freshet.uservectors.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A stop asked for by SIGTERM or SIGINT. The JVM's shutdown hook only asks, then waits for the main
 * thread to end things in order; whatever hangs, the process ends in time. Nothing is lost by that:
 * progress is the ledger's.
 */
final class StopRequest {
  private static final Duration LIMIT = Duration.ofMillis(9_500);

  private final CountDownLatch requested = new CountDownLatch(1);

  /** A request that signals make. */
  static StopRequest onSignals() {
    StopRequest request = new StopRequest();
    Runtime.getRuntime().addShutdownHook(new Thread(request::stopThenHalt, "freshet-stop"));
    return request;
  }

  boolean isMade() {
    return requested.getCount() == 0;
  }

  /** Waits for the request, for {@code limit} at most; returns whether it is made. */
  boolean await(Duration limit) {
    try {
      return requested.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private void stopThenHalt() {
    requested.countDown();
    try {
      // The main thread halts the process when it has stopped in order.
      new CountDownLatch(1).await(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(0);
  }
}
