package io.freshet.runners.conformance.simulation;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code ./freshet simulate}: runs schedules, or one of them with its trace, or the mutants. */
public final class SimulateCommand {
  private static final String USAGE =
      """
      Usage: ./freshet simulate [--seeds=1-10000] [--threads=2]
             ./freshet simulate --seed=N [--trace]
             ./freshet simulate --mutants [--mutant=NAME] [--most=20000] [--threads=2]

      Runs the ledger and its writers with clocks, a file system and a Milvus that fail as the seeds say, and
      checks the laws after each step: docs/simulation.md. Ends with 1 if a law was violated, or a mutant lived.

        --seeds=FROM-TO   the schedules of these seeds
        --seed=N          the schedule of this seed alone; with --trace who did what, and when
        --threads=N       schedules at once
        --mutants         takes one safeguard after the other out of the source, which must be noticed
        --mutant=NAME     this one alone; with --seed and --trace, what becomes of it
        --most=N          seeds that a mutant may live through
      """;

  private static final int SHOWN = 20;
  private static final long PROGRESS_NANOS = 10_000_000_000L;

  private final PrintStream out;
  private final int threads;
  private final Set<Long> told = new HashSet<>();
  private long nextProgress = System.nanoTime() + PROGRESS_NANOS;

  private SimulateCommand(PrintStream out, int threads) {
    this.out = out;
    this.threads = threads;
  }

  /** Runs what the arguments say. */
  public static void main(String[] arguments) {
    System.exit(run(List.of(arguments), System.out));
  }

  static int run(List<String> arguments, PrintStream out) {
    Optional<String> unknown =
        arguments.stream()
            .filter(
                argument ->
                    !argument.matches(
                        "--help|--trace|--mutants|--mutant=.+|--seed=\\d+|--seeds=\\d+-\\d+|--threads=[1-9]\\d*|--most=\\d+"))
            .findFirst();
    if (unknown.isPresent()) {
      out.println("freshet: unknown option '" + unknown.get() + "'");
      out.print(USAGE);
      return 2;
    }
    if (arguments.contains("--help")) {
      out.print(USAGE);
      return 0;
    }
    SimulateCommand command =
        new SimulateCommand(out, Integer.parseInt(value(arguments, "threads").orElse("2")));
    boolean traced = arguments.contains("--trace");
    Optional<Long> seed = value(arguments, "seed").map(Long::parseLong);
    Optional<String> mutant = value(arguments, "mutant");
    if (seed.isPresent()) {
      Map<String, byte[]> replaced =
          mutant.map(name -> Mutants.named(name).compile(project())).orElse(Map.of());
      return command.one(new Simulations(replaced, 1), seed.get(), traced);
    }
    if (arguments.contains("--mutants") || mutant.isPresent()) {
      List<Mutant> mutants = mutant.map(name -> List.of(Mutants.named(name))).orElse(Mutants.ALL);
      return command.mutants(mutants, Long.parseLong(value(arguments, "most").orElse("20000")));
    }
    String[] range = value(arguments, "seeds").orElse("1-10000").split("-", -1);
    return command.many(Long.parseLong(range[0]), Long.parseLong(range[1]));
  }

  private static Optional<String> value(List<String> arguments, String name) {
    String prefix = "--" + name + "=";
    return arguments.stream()
        .filter(argument -> argument.startsWith(prefix))
        .map(argument -> argument.substring(prefix.length()))
        .findFirst();
  }

  /** The folder that holds the sources, from the working directory upwards. */
  static Path project() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("src/ledger/pom.xml"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("The mutants need the sources; start in the project");
      }
    }
    return folder;
  }

  private int one(Simulations simulations, long seed, boolean traced) {
    Course course = simulations.run(seed, traced);
    course.trace().forEach(out::println);
    course.violations().forEach(violation -> out.println("VIOLATION " + violation));
    out.printf(
        "seed %d: %d steps, %.1f s of virtual time, faults %s, %d violations%n",
        seed, course.steps(), course.millis() / 1e3, course.faults(), course.violations().size());
    return course.violations().isEmpty() ? 0 : 1;
  }

  private int many(long from, long to) {
    long began = System.nanoTime();
    Simulations.Summary summary =
        new Simulations(Map.of(), threads).run(from, to, SHOWN, this::progress);
    double seconds = (System.nanoTime() - began) / 1e9;
    tell(summary);
    out.printf("faults: %s%n", summary.faults());
    out.printf(
        "%,d schedules, %,d steps, %,d h of virtual time; longest rest %s; %.0f s, %.0f schedules/s, %.2f ms CPU each;"
            + " %d violations%n",
        summary.schedules(),
        summary.steps(),
        summary.millis() / 3_600_000,
        summary.longestRest(),
        seconds,
        summary.schedules() / seconds,
        cpuMillis() / Math.max(1, summary.schedules()),
        summary.violating().size());
    return summary.violating().isEmpty() ? 0 : 1;
  }

  private static double cpuMillis() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime()
        / 1e6;
  }

  /** Says which schedules have violated a law since the last time. */
  private void tell(Simulations.Summary summary) {
    summary
        .violating()
        .forEach(
            (seed, course) -> {
              if (told.add(seed)) {
                out.printf(
                    "VIOLATION of seed %d: %s%n  ./freshet simulate --seed=%d --trace%n",
                    seed, course.violations().get(0), seed);
              }
            });
  }

  private synchronized void progress(Simulations.Summary summary) {
    tell(summary);
    if (System.nanoTime() - nextProgress >= 0) {
      nextProgress = System.nanoTime() + PROGRESS_NANOS;
      out.printf(
          "%,d schedules, %,d steps, %.1f s CPU, %d violations%n",
          summary.schedules(), summary.steps(), cpuMillis() / 1e3, summary.violating().size());
    }
  }

  private int mutants(List<Mutant> mutants, long most) {
    int lived = 0;
    out.println("| mutant | killed by seed | violation |");
    out.println("| --- | --- | --- |");
    for (Mutant mutant : mutants) {
      Optional<Course> killer = killer(mutant, most, threads);
      lived += killer.isEmpty() ? 1 : 0;
      out.printf(
          "| %s | %s | %s |%n",
          mutant.name(),
          killer.map(course -> Long.toString(course.seed())).orElse("**lives**"),
          killer.map(course -> course.violations().get(0)).orElse(""));
    }
    return lived == 0 ? 0 : 1;
  }

  /** A schedule in which a mutant violates a law: with few kinds of faults, then with all. */
  static Optional<Course> killer(Mutant mutant, long most, int threads) {
    Simulations simulations = new Simulations(mutant.compile(project()), threads);
    List<Long> starts = new ArrayList<>(List.of(mutant.from()));
    if (mutant.from() == 1) {
      for (int focus = 1; focus <= Focus.count(); focus++) {
        starts.add(0, focus * Focus.APART + 1);
      }
    }
    long each = Math.max(1, most / starts.size());
    for (long from : starts) {
      Optional<Course> killer =
          simulations.run(from, from + each - 1, 1, summary -> {}).violating().values().stream()
              .findFirst();
      if (killer.isPresent()) {
        return killer;
      }
    }
    return Optional.empty();
  }
}
