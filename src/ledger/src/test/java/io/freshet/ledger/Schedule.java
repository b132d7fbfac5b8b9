package io.freshet.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;

/**
 * Runs actors one step at a time, in an order that a seed decides. A step ends where the actor
 * touches a file or pauses; there it may be put to sleep, or crash.
 */
final class Schedule implements AutoCloseable {
  /** Ends an actor in the middle of whatever it does, as {@code kill -9} would. */
  @SuppressWarnings("serial")
  private static final class Crash extends Error {
    Crash() {
      super("crash", null, false, false);
    }
  }

  /** One thread of control. */
  final class Actor {
    private final String name;
    private final Semaphore go = new Semaphore(0);
    private final Thread thread;
    private boolean crashing;
    private boolean ended;
    private long sleepsUntil;

    private Actor(String name, Runnable body) {
      this.name = name;
      this.thread =
          new Thread(
              () -> {
                go.acquireUninterruptibly();
                RUNNING.set(this);
                try {
                  if (!crashing) {
                    body.run();
                  }
                } catch (Crash e) {
                  // It is gone.
                } catch (Throwable e) {
                  failure = e;
                } finally {
                  ended = true;
                  back.release();
                }
              },
              name);
      thread.setDaemon(true);
      thread.start();
    }

    String name() {
      return name;
    }

    private void step() {
      go.release();
      back.acquireUninterruptibly();
    }

    private void pause() {
      back.release();
      go.acquireUninterruptibly();
      if (crashing) {
        throw new Crash();
      }
    }

    void sleepUntil(long time) {
      sleepsUntil = Math.max(sleepsUntil, time);
    }

    void wake() {
      sleepsUntil = 0;
    }

    void crash() {
      crashing = true;
      step();
    }
  }

  private final Random random;
  private final List<Actor> actors = new ArrayList<>();
  private final Semaphore back = new Semaphore(0);
  private static final ThreadLocal<Actor> RUNNING = new ThreadLocal<>();
  private Throwable failure;

  Schedule(Random random) {
    this.random = random;
  }

  Actor start(String name, Runnable body) {
    Actor actor = new Actor(name, body);
    actors.add(actor);
    return actor;
  }

  /** Called by an actor: lets others go on. Does nothing outside of actors. */
  void pause() {
    Actor actor = RUNNING.get();
    if (actor != null) {
      actor.pause();
    }
  }

  /** Called by an actor: does nothing until then. */
  void sleepUntil(long time) {
    Actor actor = RUNNING.get();
    if (actor != null) {
      actor.sleepUntil(time);
      actor.pause();
    }
  }

  /** When the next actor wakes. */
  long nextWake() {
    return actors().stream().mapToLong(actor -> actor.sleepsUntil).min().orElse(Long.MAX_VALUE);
  }

  List<Actor> actors() {
    actors.removeIf(actor -> actor.ended);
    return List.copyOf(actors);
  }

  /** Runs one step of one actor that is awake; false if there is none. */
  boolean step(long now) {
    List<Actor> awake = actors().stream().filter(actor -> actor.sleepsUntil <= now).toList();
    if (awake.isEmpty()) {
      return false;
    }
    awake.get(random.nextInt(awake.size())).step();
    if (failure != null) {
      throw new AssertionError("An actor failed: " + failure, failure);
    }
    return true;
  }

  @Override
  public void close() {
    actors().forEach(Actor::crash);
  }
}
