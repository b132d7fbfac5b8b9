package io.freshet.runners.conformance.simulation;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Repeats a task by virtual time, and, as Java's own, ends in silence when the task throws. */
final class VirtualTimer extends AbstractExecutorService implements ScheduledExecutorService {
  private final Scheduler scheduler;
  private final VirtualProcess process;
  private final BooleanSupplier needed;
  private boolean shut;
  private boolean busy;

  /**
   * @param needed whether the task matters in this schedule: it costs time
   */
  VirtualTimer(Scheduler scheduler, VirtualProcess process, BooleanSupplier needed) {
    this.scheduler = scheduler;
    this.process = process;
    this.needed = needed;
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable task, long first, long delay, TimeUnit unit) {
    if (needed.getAsBoolean()) {
      scheduler.start("heartbeat", process, unit.toMillis(first), () -> repeat(task, unit, delay));
    }
    return new Endless();
  }

  private void repeat(Runnable task, TimeUnit unit, long delay) {
    while (!shut) {
      try {
        busy = true;
        task.run();
      } catch (Scheduler.Crash e) {
        throw e;
      } catch (Throwable e) {
        return;
      } finally {
        busy = false;
      }
      scheduler.sleep(unit.toMillis(delay));
    }
  }

  /** Waits for the task by virtual time: it holds a lock that whoever shuts this down wants. */
  @Override
  public void shutdown() {
    shut = true;
    while (busy) {
      scheduler.sleep(1);
    }
  }

  @Override
  public List<Runnable> shutdownNow() {
    shut = true;
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return shut;
  }

  @Override
  public boolean isTerminated() {
    return shut;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return true;
  }

  @Override
  public void execute(Runnable task) {
    scheduler.start("task", process, 0, task);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    scheduler.start("task", process, unit.toMillis(delay), task);
    return new Endless();
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable task, long first, long period, TimeUnit unit) {
    return scheduleWithFixedDelay(task, first, period, unit);
  }

  private static final class Endless implements ScheduledFuture<Object> {
    @Override
    public long getDelay(TimeUnit unit) {
      return 0;
    }

    @Override
    public int compareTo(Delayed other) {
      return 0;
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
      return false;
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public boolean isDone() {
      return false;
    }

    @Override
    public Object get() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Object get(long timeout, TimeUnit unit) {
      throw new UnsupportedOperationException();
    }
  }
}
