package io.freshet.runners.direct;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.ledger.Ledger;
import io.freshet.ledger.LedgerAddress;
import io.freshet.runners.conformance.Bench;
import io.freshet.runners.conformance.FreshetProcess;
import io.freshet.runners.conformance.Scenario;
import io.freshet.runners.conformance.Starter;
import io.freshet.uservectors.cli.Runner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A graph that is made anew in its process, because runners keep something of each slice. */
final class RenewalIT {
  private static final int ROUNDS = 6;
  private static final int SLICES = 120;

  /** Of a slice: what grows by 1 kB must fail, and what is still being loaded must not. */
  private static final long LEVEL = 600;

  @RegisterExtension static final Bench BENCH = new Bench(new DirectStarter());

  /** Renews the graph after so many slices. */
  private record RenewingStarter(int slices) implements Starter {
    @Override
    public List<String> command() {
      List<String> command = new ArrayList<>(new DirectStarter().command());
      command.add(1, "-Dfreshet.renewAfterSlices=" + slices);
      return command;
    }

    @Override
    public Map<String, String> options() {
      // A slice of one row does not wait for others.
      return Map.of("maxSliceRows", "1", "batchSize", "1", "startingVersion", "0");
    }

    @Override
    public Runner runner() {
      return new DirectLauncher();
    }
  }

  @Test
  void liveHeapIsLevelAcrossRenewals() {
    Scenario scenario = BENCH.scenario();
    scenario.ask("events(table, commits=1, rows=%d, users=20)".formatted(SLICES));
    FreshetProcess process = scenario.startWith(new RenewingStarter(SLICES));
    long[] live = new long[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      int renewals = round + 1;
      process.await(renewals + " renewals", () -> renewals(process) == renewals);
      live[round] = liveBytes(process);
      scenario.ask(
          "events(table, commits=1, rows=%d, users=20, first=%d)"
              .formatted(SLICES, renewals * SLICES));
    }
    process.await("all rows", () -> scenario.isDone(ROUNDS)).stop();

    scenario.expectCollectionAsLatestRows();
    scenario.expectRowsCounted((ROUNDS + 1L) * SLICES);
    assertEquals((ROUNDS + 1L) * SLICES, scenario.slices());
    // The lower of two each: what happens to be under way only adds to it.
    long grown = Math.min(live[ROUNDS - 1], live[ROUNDS - 2]) - Math.min(live[1], live[2]);
    long slices = (ROUNDS - 3L) * SLICES;
    assertTrue(
        grown < LEVEL * slices,
        () -> "%d bytes in %d slices: %s".formatted(grown, slices, Arrays.toString(live)));
  }

  @Test
  void renewalsNeitherGiveTheLedgerBackNorWriteTwice() {
    Scenario scenario = BENCH.scenario();
    scenario.ask("events(table, commits=2, rows=15, users=30)");
    FreshetProcess process = scenario.startWith(new RenewingStarter(3));
    process.await("the first renewal", () -> renewals(process) > 0);
    Ledger ledger = Ledger.at(new LedgerAddress(scenario.ledger().toUri().toString(), Map.of()));

    // Whenever another pipeline looks, it finds the ledger in use.
    while (!scenario.isDone(1)) {
      FreshetException refused = assertThrows(FreshetException.class, ledger::takeOwnership);
      assertEquals(FailureCategory.LEDGER_IN_USE, refused.category());
    }

    process.stop();
    assertTrue(renewals(process) >= 5, process.output());
    scenario.expectCollectionAsLatestRows();
    scenario.expectRowsCounted(30);
    assertEquals(30, scenario.slices());
    assertEquals(0, scenario.counted("written again"));
  }

  @Test
  void stopInTheMiddleOfRenewalsAndUntilVersion() {
    Scenario scenario = BENCH.scenario();
    scenario.ask("events(table, commits=6, rows=10, users=30)");
    Starter renewsAlways = new RenewingStarter(1);

    FreshetProcess process = scenario.startWith(renewsAlways);
    process.await("some renewals", () -> renewals(process) > 2);
    process.stop();
    scenario.startWith(renewsAlways, "--untilVersion=4").expectExit(0);

    assertTrue(scenario.isDone(4) && !scenario.isDone(5));
    scenario.expectRowsCounted(50);
    assertEquals(0, scenario.counted("written again"));
  }

  private static long renewals(FreshetProcess process) {
    return process.output().lines().filter(line -> line.contains("renewed the graph")).count();
  }

  /** Of all objects after a full collection, twice: the first look loads classes itself. */
  private static long liveBytes(FreshetProcess process) {
    return LongStream.generate(() -> histogramTotal(process.pid())).limit(2).min().orElseThrow();
  }

  private static long histogramTotal(long pid) {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    try {
      Process look =
          new ProcessBuilder(jcmd, Long.toString(pid), "GC.class_histogram")
              .redirectErrorStream(true)
              .start();
      String histogram = new String(look.getInputStream().readAllBytes(), UTF_8);
      String total = histogram.lines().reduce("", (before, line) -> line);
      assertTrue(total.startsWith("Total"), histogram);
      return Long.parseLong(total.strip().split("\\s+", -1)[2]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
