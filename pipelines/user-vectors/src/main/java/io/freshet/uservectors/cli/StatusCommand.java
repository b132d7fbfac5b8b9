package io.freshet.uservectors.cli;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.Slice;
import io.freshet.delta.HistoryLeft;
import io.freshet.delta.KeptTable;
import io.freshet.delta.table.LatestVersion;
import io.freshet.delta.table.TableInfo;
import io.freshet.delta.table.TableLog;
import io.freshet.delta.table.TableLogs;
import io.freshet.ledger.Cursor;
import io.freshet.ledger.Ledger;
import io.freshet.ledger.LedgerAddress;
import io.freshet.ledger.LedgerIdentity;
import io.freshet.ledger.LedgerRestart;
import io.freshet.ledger.LedgerStatus;
import io.freshet.ledger.OutcomeTotals;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.TreeSet;

/** {@code status}: where the pipeline of a ledger stands. */
final class StatusCommand {
  private final PrintStream out;

  StatusCommand(PrintStream out) {
    this.out = out;
  }

  void run(List<String> arguments) {
    PlainOptions options = PlainOptions.parse(arguments, "--ledger=URI");
    LedgerAddress address = new LedgerAddress(options.required("ledger"), options.hadoopConf());
    Ledger ledger = Ledger.at(address);
    LedgerStatus status = ledger.status();
    LedgerIdentity identity =
        status
            .identity()
            .orElseThrow(
                () ->
                    new FreshetException(
                        FailureCategory.LEDGER_MISMATCH,
                        "There is no ledger at " + address + "; the first run makes it"));
    line("table", identity.tableUri());
    if (status.cursor().isEmpty()) {
      line("done", "nothing: no run has begun yet");
      return;
    }
    long done = ProgressLine.lastVersionDone(status);
    Table table = table(identity, address, done);
    long latest = table.latest();
    line("version", done + " of " + latest);
    line("commits behind", number(ProgressLine.commitsBehind(status, latest)));
    line("history left", table.historyLeft(status.cursor().orElseThrow()));
    ledger.lastRestart().ifPresent(restart -> line("restarts", restart(restart)));
    OutcomeTotals totals = status.totals();
    line("rows", number(totals.total()));
    line("  success", number(totals.written()));
    line("  deleted", number(totals.deleted()));
    line("  skipped", number(totals.skippedTotal()));
    new TreeMap<>(totals.skipped())
        .forEach((reason, count) -> line("    " + reason, number(count)));
    new TreeMap<>(status.rejects())
        .forEach((reason, first) -> line("first rejected", reason + " of " + first.text()));
    line("written again", number(status.repeated()));
    line("slices", number(status.slices()));
    line("in flight", status.inFlight().map(StatusCommand::inFlight).orElse("none"));
    line(
        "last slice",
        status
            .lastDoneAt()
            .map(
                at ->
                    String.format(
                        Locale.ROOT,
                        "%,d rows in %.2f s, done at %s",
                        status.lastRows(),
                        status.lastTook().toMillis() / 1e3,
                        at))
            .orElse("none"));
    line("pipeline", status.owner().map(Object::toString).orElse("not running"));
    line("ledger files", number(status.files()));
  }

  private static String inFlight(LedgerStatus.InFlight inFlight) {
    Slice slice = inFlight.slice();
    return String.format(
        Locale.ROOT,
        "%s %d to %d, attempt %d, %s, %.1f s old, %,d rows done%s",
        slice.snapshot() ? "snapshot of version" : "version",
        slice.from().version(),
        slice.lastVersion(),
        inFlight.attempts(),
        inFlight.claimed() ? "claimed" : "not claimed yet",
        inFlight.age().toMillis() / 1e3,
        inFlight.outcomes().total(),
        inFlight.troubles().isEmpty()
            ? ""
            : ", given back: " + String.join(", ", new TreeSet<>(inFlight.troubles())));
  }

  private static String restart(LedgerRestart restart) {
    return String.format(
        Locale.ROOT,
        "%,d, the last at %s %s; changes from version %d up to there were not followed",
        restart.count(),
        restart.at(),
        restart.compared()
            ? "after version " + (restart.beginning().position().version() - 1)
            : "with the snapshot of version " + restart.beginning().position().version(),
        restart.from());
  }

  /** What can be seen of the table. */
  private interface Table {
    long latest();

    String historyLeft(Cursor cursor);
  }

  /** A table whose log cannot be read is no reason to say nothing of the ledger. */
  private static Table table(LedgerIdentity identity, LedgerAddress address, long done) {
    try {
      KeptTable.recall(address, identity.tableUri());
      TableLog log = TableLogs.open(identity.tableUri(), address.configuration());
      TableInfo info = log.info();
      return new Table() {
        @Override
        public long latest() {
          return info.version();
        }

        @Override
        public String historyLeft(Cursor cursor) {
          return span(new HistoryLeft(log, info).at(cursor, info.version(), Instant.now()));
        }
      };
    } catch (FreshetException e) {
      long latest =
          new LatestVersion(identity.tableUri(), address.configuration(), Math.max(0, done)).get();
      return new Table() {
        @Override
        public long latest() {
          return latest;
        }

        @Override
        public String historyLeft(Cursor cursor) {
          return "unknown: " + e.getMessage();
        }
      };
    }
  }

  private static String span(Duration span) {
    return String.format(
        Locale.ROOT,
        "%,d s (%d days, %d hours)",
        span.toSeconds(),
        span.toDays(),
        span.toHoursPart());
  }

  private void line(String name, String value) {
    out.printf(Locale.ROOT, "%-16s %s%n", name, value);
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
