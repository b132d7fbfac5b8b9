package io.freshet.runners.conformance.simulation;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * A lock that each process has for itself, waited for by virtual time: a thread that waited by
 * Java's own would keep whoever holds it from going on.
 */
final class VirtualLock implements Lock {
  private static final long LOOK_EVERY_MILLIS = 20;

  private final Scheduler scheduler;
  private final Set<VirtualProcess> held = new HashSet<>();

  VirtualLock(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /** As at the beginning. */
  void reset() {
    held.clear();
  }

  @Override
  public void lock() {
    while (!tryLock()) {
      scheduler.sleep(LOOK_EVERY_MILLIS);
    }
  }

  @Override
  public boolean tryLock() {
    return held.add(scheduler.running().process());
  }

  @Override
  public void unlock() {
    held.remove(scheduler.running().process());
  }

  @Override
  public void lockInterruptibly() {
    lock();
  }

  @Override
  public boolean tryLock(long time, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Condition newCondition() {
    throw new UnsupportedOperationException();
  }
}
