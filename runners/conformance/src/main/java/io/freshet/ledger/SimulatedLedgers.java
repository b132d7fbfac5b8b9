package io.freshet.ledger;

import io.freshet.changes.Time;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What the simulation needs of this package beyond what a pipeline does: files, clocks, names and
 * processes of its own. It stands in this package so that nothing of it need be public in the
 * library.
 */
public final class SimulatedLedgers {
  private SimulatedLedgers() {}

  /**
   * The ledger as one process sees it.
   *
   * @param current the process
   * @param gone which processes it knows to be gone
   */
  public static Ledger of(
      FileSystem files, Path folder, Time time, HostProcess current, Predicate<HostProcess> gone) {
    Processes processes =
        new Processes() {
          @Override
          public HostProcess current() {
            return current;
          }

          @Override
          public boolean isKnownGone(HostProcess process) {
            return gone.test(process);
          }
        };
    return new Ledger(new LedgerStore(files, folder), time, processes);
  }

  /** From now on names are drawn from {@code random}: the same seed, the same names. */
  public static void drawNamesFrom(Random random) {
    Nonce.drawFrom(random);
  }

  /** Takes a ledger as a pipeline does; the heartbeat runs in {@code beating}. */
  public static Ownership take(
      Ledger ledger, Duration beat, Duration silence, Supplier<ScheduledExecutorService> beating) {
    return Ownership.take(ledger, beat, silence, beating);
  }

  /** Whether a ledger knows a file of that name for one of its own. */
  public static boolean isLedgerFile(String name) {
    return Names.isLedgerFile(name);
  }
}
