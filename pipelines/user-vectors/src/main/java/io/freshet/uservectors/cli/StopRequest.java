package io.freshet.uservectors.cli;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A stop asked for by SIGTERM or SIGINT. The signal only asks, and the main thread ends things in
 * order; whatever hangs, the process ends in time. Nothing is lost by that: progress is the
 * ledger's.
 *
 * <p>Signals are handled here rather than by a shutdown hook of the JVM: the hooks of others run at
 * the same time, and Spark's ends the slice in flight.
 */
final class StopRequest {
  private static final Duration LIMIT = Duration.ofMillis(9_500);

  private final CountDownLatch requested = new CountDownLatch(1);
  private boolean handled;

  /** From now on signals make the request; until then they end the process. */
  void handleSignals() {
    if (!handled) {
      List.of("TERM", "INT").forEach(this::handle);
      handled = true;
    }
  }

  /** By reflection: no other interface leaves the end to the program, and javac warns of it. */
  private void handle(String name) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object onSignal =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                stopThenHalt();
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), onSignal);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("SIG" + name + " cannot be handled on this JVM", e);
    }
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
