package io.freshet.runners.conformance.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The laws, over many schedules; and that they are noticed when a safeguard is missing. */
class SimulationTest {
  private static final long SCHEDULES = Long.getLong("freshet.schedules", 50_000);

  /** How many seeds a mutant may live through, from the one that is known to kill it. */
  private static final long MOST = 4;

  @Test
  void theLawsHoldWhateverFails() {
    Simulations.Summary summary = new Simulations(Map.of(), 2).run(1, SCHEDULES, 5, progress -> {});
    List<String> violations = new ArrayList<>();
    summary
        .violating()
        .forEach((seed, course) -> violations.add("--seed=" + seed + ": " + course.violations()));
    assertEquals(List.of(), violations);
    assertEquals(SCHEDULES, summary.schedules());
    assertEquals(
        Arrays.stream(Fault.values()).map(Fault::name).collect(Collectors.toSet()),
        summary.faults().keySet(),
        "Every kind of fault must come");
  }

  @Test
  void aSeedTakesTheSameCourseEachTime() {
    for (long seed = 1; seed <= 20; seed++) {
      Course first = new Simulations(Map.of(), 1).run(seed, true);
      Course again = new Simulations(Map.of(), 1).run(seed, true);
      assertFalse(first.trace().isEmpty());
      assertEquals(first.trace(), again.trace(), "Seed " + seed);
      assertEquals(first, again);
    }
  }

  @Test
  void anotherScheduleBeforeItChangesNothing() {
    Simulating simulation = new Isolated(Map.of()).simulation();
    try {
      Course first = simulation.run(3, true);
      Course unused = simulation.run(4, true);
      assertEquals(first, simulation.run(3, true));
    } finally {
      simulation.close();
    }
  }

  static List<Mutant> mutants() {
    return Mutants.ALL;
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void aMissingSafeguardIsNoticed(Mutant mutant) {
    Optional<Course> killer = SimulateCommand.killer(mutant, MOST, 1);
    assertTrue(killer.isPresent(), mutant.name() + " lives");
  }

  @Test
  void theCommandPrintsASeedsTraceAndItsEnd() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int status =
        SimulateCommand.run(
            List.of("--seed=3", "--trace"), new PrintStream(out, true, StandardCharsets.UTF_8));
    String text = out.toString(StandardCharsets.UTF_8);
    assertEquals(0, status, text);
    assertTrue(text.contains("owns the ledger"), text);
    assertTrue(text.contains("seed 3: "), text);
  }

  @Test
  void anUnknownOptionIsRefused() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertEquals(
        2,
        SimulateCommand.run(
            List.of("--sedes=1-2"), new PrintStream(out, true, StandardCharsets.UTF_8)));
  }
}
