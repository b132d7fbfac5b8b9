package io.freshet.runners.conformance.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;

/**
 * Lets one actor run at a time, and draws who goes on from the seed. Actors are threads, since the
 * real classes block; they hand over to each other directly, and only when another one's turn has
 * come. Threads are used again by the next schedule.
 */
final class Scheduler {
  /** Ends an actor where it stands, as a kill ends a process. */
  static final class Crash extends Error {
    private static final long serialVersionUID = 1;

    Crash() {
      super("killed", null, false, false);
    }
  }

  /** What the world does between the steps. */
  interface Between {
    /** Before a step of the running actor. */
    void steps();

    /** When the next thing happens that no actor does. */
    long nextEvent();

    /** The time is {@code now}. */
    void timePassed(long now);
  }

  /** Who runs by himself: a thread of a process. */
  static final class Actor {
    private final String name;
    private final VirtualProcess process;
    private Runnable body;
    private Slot slot;
    private long wakes;
    private boolean killed;
    private boolean ended;

    private Actor(String name, VirtualProcess process, Runnable body) {
      this.name = name;
      this.process = process;
      this.body = body;
    }

    VirtualProcess process() {
      return process;
    }

    private long awakeFrom() {
      return Math.max(wakes, process.frozenUntil());
    }

    private boolean isAlive() {
      return !killed && !ended;
    }

    @Override
    public String toString() {
      return process + "/" + name;
    }
  }

  /** A thread that runs one actor after the other. */
  private final class Slot extends Thread {
    private final Semaphore turn = new Semaphore(0);
    private Actor actor;

    Slot() {
      super("simulated actor");
      setDaemon(true);
    }

    @Override
    public void run() {
      while (true) {
        turn.acquireUninterruptibly();
        if (actor == null) {
          return;
        }
        Actor mine = actor;
        try {
          if (!mine.killed) {
            mine.body.run();
          }
        } catch (Crash e) {
          // Killed.
        } catch (Throwable e) {
          if (!closing && !mine.killed) {
            failures.add(e);
          }
        }
        mine.ended = true;
        mine.body = null;
        actor = null;
        idle.push(this);
        if (closing || over) {
          running = null;
          main.release();
        } else {
          Actor next = choose();
          if (next == null) {
            over = true;
            running = null;
            main.release();
          } else {
            give(next);
          }
        }
      }
    }
  }

  private final Deque<Slot> idle = new ArrayDeque<>();
  private final Semaphore main = new Semaphore(0);
  private final List<Throwable> failures = new ArrayList<>();
  private final List<Actor> actors = new ArrayList<>();
  private Random random = new Random(0);
  private Between between;
  private Actor running;
  private int switchPercent;
  private long now;
  private long steps;
  private boolean over;
  private boolean closing;

  /** Begins a schedule. */
  void begin(long time, Random chance, int percent, Between events) {
    now = time;
    random = chance;
    switchPercent = percent;
    between = events;
    steps = 0;
    over = false;
    closing = false;
    running = null;
    actors.clear();
    failures.clear();
  }

  /** Runs the actors until one says {@link #end}, or none is left. */
  List<Throwable> run() {
    Actor first = choose();
    if (first != null) {
      give(first);
      main.acquireUninterruptibly();
    }
    closing = true;
    for (Actor actor : List.copyOf(actors)) {
      if (!actor.ended) {
        actor.killed = true;
        give(actor);
        main.acquireUninterruptibly();
      }
    }
    running = null;
    return List.copyOf(failures);
  }

  /** Ends the threads. */
  void close() {
    idle.forEach(slot -> slot.turn.release());
    idle.clear();
  }

  /**
   * A new actor, which begins when its turn comes, {@code delay} from now at the earliest. None
   * begins in a process that is gone: what it was to do is lost.
   */
  void start(String name, VirtualProcess process, long delay, Runnable body) {
    if (process.isGone()) {
      return;
    }
    Actor actor = new Actor(name, process, body);
    actor.wakes = now + delay;
    actors.add(actor);
  }

  long now() {
    return now;
  }

  long steps() {
    return steps;
  }

  /** Who runs; null between the turns. */
  Actor running() {
    return running;
  }

  /** The schedule is over after this step. */
  void end() {
    over = true;
  }

  /** Called by an actor between two steps: others may go on here, or it may be killed. */
  void pause() {
    pause(switchPercent);
  }

  /** The same where it matters most who goes on. */
  void pauseLong() {
    pause(Math.max(switchPercent, 40));
  }

  private void pause(int percent) {
    Actor me = running;
    if (me == null) {
      return;
    }
    steps++;
    requireAlive(me);
    between.steps();
    requireAlive(me);
    if (over || me.awakeFrom() > now || random.nextInt(100) < percent) {
      switchFrom(me);
    }
  }

  /** Called by an actor: does nothing for {@code millis}. */
  void sleep(long millis) {
    Actor me = running;
    if (me == null) {
      now += millis;
      return;
    }
    requireAlive(me);
    me.wakes = now + Math.max(0, millis);
    steps++;
    between.steps();
    requireAlive(me);
    switchFrom(me);
  }

  /** Wakes whoever of a process and name sleeps longer than until {@code time}. */
  void wake(VirtualProcess process, String name, long time) {
    for (Actor actor : actors) {
      if (actor.process == process && actor.wakes > time && actor.name.equals(name)) {
        actor.wakes = time;
      }
    }
  }

  /** Ends all actors of a process where they stand. */
  void kill(VirtualProcess process) {
    for (Actor actor : actors) {
      if (actor.process == process) {
        actor.killed = true;
      }
    }
  }

  /** Whether a process has such an actor. */
  boolean hasActor(VirtualProcess process, String name) {
    for (Actor actor : actors) {
      if (actor.process == process && actor.isAlive() && actor.name.equals(name)) {
        return true;
      }
    }
    return false;
  }

  private static void requireAlive(Actor me) {
    if (me.killed) {
      throw new Crash();
    }
  }

  private void switchFrom(Actor me) {
    Actor next = over ? null : choose();
    if (next == null) {
      over = true;
      running = null;
      main.release();
    } else if (next != me) {
      give(next);
    } else {
      return;
    }
    me.slot.turn.acquireUninterruptibly();
    requireAlive(me);
  }

  private void give(Actor next) {
    if (next.slot == null) {
      Slot slot = idle.poll();
      if (slot == null) {
        slot = new Slot();
        slot.start();
      }
      next.slot = slot;
      slot.actor = next;
    }
    running = next;
    next.slot.turn.release();
  }

  /** Who goes on; time passes until somebody can. Null if nobody ever will. */
  private Actor choose() {
    while (true) {
      int awake = 0;
      long next = between.nextEvent();
      for (Actor actor : actors) {
        if (actor.isAlive()) {
          long from = actor.awakeFrom();
          if (from <= now) {
            awake++;
          } else if (from < next) {
            next = from;
          }
        }
      }
      if (awake > 0 && between.nextEvent() > now) {
        int chosen = awake == 1 ? 0 : random.nextInt(awake);
        for (Actor actor : actors) {
          if (actor.isAlive() && actor.awakeFrom() <= now && chosen-- == 0) {
            return actor;
          }
        }
      }
      if (next == Long.MAX_VALUE) {
        return null;
      }
      now = Math.max(now, next);
      between.timePassed(now);
      if (over) {
        return null;
      }
    }
  }

  /** A step took its time. */
  void pass(long millis) {
    now += millis;
    between.timePassed(now);
  }
}
