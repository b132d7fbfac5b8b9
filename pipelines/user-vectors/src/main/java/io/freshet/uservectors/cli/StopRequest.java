package io.freshet.uservectors.cli;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A stop asked for by SIGTERM or SIGINT. The signal only asks, and the main thread ends things in
 * order; whatever hangs, the process ends in time, with status 0. Nothing is lost by that: progress
 * is the ledger's.
 *
 * <p>Signals are handled here rather than by a shutdown hook of the JVM: the hooks of others run at
 * the same time, and Spark's ends the slice in flight. And they are handled from the first line of
 * the program on: until there is anything to end in order, the process ends at once.
 */
final class StopRequest {
  private static final Duration LIMIT = Duration.ofMillis(9_500);

  /** How long hooks that remove temporary files may take where nothing has begun yet. */
  private static final Duration HOOKS_LIMIT = Duration.ofSeconds(2);

  private static final StopRequest OF_THIS_PROCESS = new StopRequest();

  private final CountDownLatch requested = new CountDownLatch(1);
  private boolean handled;

  /** Whether the main thread ends things in order. */
  private volatile boolean inOrder;

  /** Has signals end this process at once, with status 0, until {@link #handleInOrder}. */
  static StopRequest ofThisProcess() {
    OF_THIS_PROCESS.handleSignals();
    return OF_THIS_PROCESS;
  }

  /** From now on signals make the request; until then they end the process. */
  void handleInOrder() {
    inOrder = true;
    handleSignals();
  }

  private synchronized void handleSignals() {
    if (handled) {
      return;
    }
    handled = true;
    if (BlockedSignals.areUsed()) {
      BlockedSignals.await(this::stopThenHalt);
    } else {
      List.of("TERM", "INT").forEach(this::handle);
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
    if (!inOrder) {
      // Nothing is owned yet. The hooks remove temporary files.
      Thread hooks = new Thread(() -> System.exit(0), "freshet-exit");
      hooks.setDaemon(true);
      hooks.start();
    }
    try {
      // Else the main thread halts the process when it has stopped in order.
      new CountDownLatch(1)
          .await((inOrder ? LIMIT : HOOKS_LIMIT).toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(0);
  }
}
