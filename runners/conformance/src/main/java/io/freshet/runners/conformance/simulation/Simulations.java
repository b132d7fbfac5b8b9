package io.freshet.runners.conformance.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Runs the schedules of many seeds, on several threads, each with classes of its own. */
final class Simulations {
  private static final int AT_ONCE = 5;

  static {
    // What the classes warn of is what is done to them.
    for (String name : List.of("io.freshet", "org.apache.beam.sdk.metrics")) {
      System.setProperty("org.slf4j.simpleLogger.log." + name, "off");
    }
  }

  private final Map<String, byte[]> replaced;
  private final int threads;

  /**
   * @param replaced classes in place of those on the class path
   */
  Simulations(Map<String, byte[]> replaced, int threads) {
    this.replaced = replaced;
    this.threads = threads;
  }

  /** What many schedules came to. */
  static final class Summary {
    private final Map<String, Long> faults = new TreeMap<>();
    private final TreeMap<Long, Course> violating = new TreeMap<>();
    private final Set<Long> seeds = new TreeSet<>();
    private long schedules;
    private long steps;
    private long millis;
    private long longestRest;
    private long longestRestSeed;

    synchronized void add(Course course) {
      schedules++;
      steps += course.steps();
      millis += course.millis();
      course.faults().forEach((fault, times) -> faults.merge(fault, (long) times, Long::sum));
      if (!course.violations().isEmpty()) {
        violating.put(course.seed(), course);
        seeds.add(course.seed());
      } else if (course.restMillis() > longestRest) {
        longestRest = course.restMillis();
        longestRestSeed = course.seed();
      }
    }

    /** The schedules that violated a law, by their seed. */
    synchronized Map<Long, Course> violating() {
      return new TreeMap<>(violating);
    }

    /** How often each kind of fault was injected. */
    synchronized Map<String, Long> faults() {
      return new TreeMap<>(faults);
    }

    synchronized long schedules() {
      return schedules;
    }

    synchronized long steps() {
      return steps;
    }

    /** Virtual time, in milliseconds. */
    synchronized long millis() {
      return millis;
    }

    /** The longest virtual time from the last fault to the end of a schedule. */
    synchronized String longestRest() {
      return longestRest / 1000 + " s (seed " + longestRestSeed + ")";
    }
  }

  /** The schedule of one seed. */
  Course run(long seed, boolean traced) {
    Simulating simulation = new Isolated(replaced).simulation();
    try {
      return simulation.run(seed, traced);
    } finally {
      simulation.close();
    }
  }

  /**
   * The schedules of the seeds {@code from} to {@code to}.
   *
   * @param mostViolations ends early after so many schedules that violate a law
   * @param progress is told now and then
   */
  Summary run(long from, long to, int mostViolations, Consumer<Summary> progress) {
    Summary summary = new Summary();
    AtomicLong next = new AtomicLong(from);
    AtomicBoolean enough = new AtomicBoolean();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    List<Future<Void>> running = new ArrayList<>();
    Callable<Void> work =
        () -> {
          Simulating simulation = new Isolated(replaced).simulation();
          try {
            while (!enough.get()) {
              long first = next.getAndAdd(AT_ONCE);
              if (first > to) {
                break;
              }
              for (long seed = first; seed <= Math.min(to, first + AT_ONCE - 1); seed++) {
                Course course = simulation.run(seed, false);
                summary.add(course);
                if (!course.violations().isEmpty()
                    && summary.violating().size() >= mostViolations) {
                  enough.set(true);
                  break;
                }
              }
              progress.accept(summary);
            }
          } finally {
            simulation.close();
          }
          return null;
        };
    try {
      for (int i = 0; i < threads; i++) {
        running.add(pool.submit(work));
      }
      for (Future<Void> each : running) {
        each.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("The simulation failed", e.getCause());
    } finally {
      pool.shutdownNow();
    }
    return summary;
  }
}
