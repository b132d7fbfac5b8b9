package io.freshet.prometheus;

import io.prometheus.client.exporter.PushGateway;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Pushes this JVM's metrics to a Pushgateway, from one daemon thread for each target. A push
 * replaces the group of this JVM only. Whatever the Pushgateway does, nobody waits for it: values
 * are totals, so the next push that succeeds makes up for those that did not.
 */
public final class PushgatewayReporter implements AutoCloseable {
  /** How long a connection, an answer, and {@link #pushNow} may take. */
  static final Duration LIMIT = Duration.ofSeconds(2);

  private static final Map<PushgatewayTarget, PushgatewayReporter> RUNNING =
      new ConcurrentHashMap<>();

  private final PushgatewayTarget target;
  private final PushGateway gateway;
  private final Outage outage;
  private final AtomicReference<Optional<PipelineSeries>> pipeline =
      new AtomicReference<>(Optional.empty());
  private final ScheduledThreadPoolExecutor thread;

  private PushgatewayReporter(PushgatewayTarget target) {
    this.target = target;
    this.gateway = new PushGateway(target.url());
    gateway.setConnectionFactory(new ShortConnections(LIMIT, target.credentials()));
    this.outage = new Outage(target);
    this.thread = new ScheduledThreadPoolExecutor(1, PushgatewayReporter::daemon);
    thread.setRemoveOnCancelPolicy(true);
  }

  /**
   * The reporter of this JVM for {@code target}, started at the first call. Returns at once; a DoFn
   * may call it at each set-up.
   */
  public static PushgatewayReporter start(PushgatewayTarget target) {
    return RUNNING.computeIfAbsent(
        target,
        made -> {
          PushgatewayReporter reporter = new PushgatewayReporter(made);
          reporter.schedule();
          return reporter;
        });
  }

  private void schedule() {
    long interval = target.interval().toMillis();
    Future<?> unused =
        thread.scheduleWithFixedDelay(this::push, 0, interval, TimeUnit.MILLISECONDS);
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "freshet-pushgateway");
    thread.setDaemon(true);
    // The caller's loader may be that of one Spark task.
    thread.setContextClassLoader(PushgatewayReporter.class.getClassLoader());
    return thread;
  }

  /** Pushes {@code series} too from now on, in place of any given before. For the driver. */
  public void report(PipelineSeries series) {
    pipeline.set(Optional.of(series));
  }

  /** Pushes at once and waits 2 s at most. Returns whether the values have arrived. */
  public boolean pushNow() {
    Future<Boolean> push;
    try {
      push = thread.submit(this::push);
    } catch (RejectedExecutionException e) {
      return false; // It is closed.
    }
    try {
      return push.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("Pushing metrics failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      push.cancel(false);
    }
  }

  /** Pushes a last time, as {@link #pushNow} does, and ends the thread. The groups stay. */
  @Override
  public void close() {
    RUNNING.remove(target, this);
    pushNow();
    thread.shutdownNow();
  }

  private boolean push() {
    try {
      gateway.push(
          PrometheusMetricSink.registry(), target.jobName(), Incarnation.worker(target.role()));
      Optional<PipelineSeries> series = pipeline.get();
      if (series.isPresent()) {
        gateway.push(series.get().registry(), target.jobName(), Incarnation.pipeline());
      }
      outage.succeeded();
      return true;
    } catch (IOException | RuntimeException | Error e) {
      // A collector that fails must not end the thread either, in silence.
      outage.failed(e);
      return false;
    }
  }
}
