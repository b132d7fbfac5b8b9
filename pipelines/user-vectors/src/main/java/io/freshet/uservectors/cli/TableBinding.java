package io.freshet.uservectors.cli;

import io.freshet.delta.table.TableInfo;
import io.freshet.delta.table.TableLog;
import io.freshet.ledger.Anchor;
import io.freshet.ledger.Ledger;
import io.freshet.ledger.Ownership;
import java.time.Duration;
import java.util.Optional;

/**
 * Takes over the id that a table gets when it is replaced in its own log ({@code CREATE OR REPLACE
 * TABLE}), so that it is known where the log is cleaned up before the next start. Not safe for use
 * by several threads at once.
 */
final class TableBinding {
  /** Each look reads the commits since the last. */
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private final Ledger ledger;
  private final Ownership ownership;
  private final TableLog log;
  private String tableId;
  private long seen;
  private Optional<Long> lookedNanos = Optional.empty();

  /**
   * A binding.
   *
   * @param table the table that the ledger is bound to
   */
  TableBinding(Ledger ledger, Ownership ownership, TableInfo table, TableLog log) {
    this.ledger = ledger;
    this.ownership = ownership;
    this.log = log;
    this.tableId = table.id();
    this.seen = table.version();
  }

  /**
   * Looks, if there are commits that have not been looked at, and not just now. Throws a {@link
   * io.freshet.changes.FreshetException} if table or ledger cannot be read.
   *
   * @param latest the table's latest version
   * @param nanos by a monotonic clock
   */
  void look(long latest, long nanos) {
    if (lookedNanos.map(before -> nanos - before >= PAUSE.toNanos()).orElse(true)) {
      look(latest);
      lookedNanos = Optional.of(nanos);
    }
  }

  /** Looks, if there are commits that have not been looked at. Throws likewise. */
  void look(long latest) {
    if (latest == seen) {
      return;
    }
    TableInfo now = log.info();
    Anchor done = ledger.anchor();
    // Another table may be there for a moment: its log has not the commit that was read.
    boolean goesOn =
        done.isKnown() && log.digest(done.version()).equals(Optional.of(done.commit()));
    if (goesOn && !now.id().equals(tableId)) {
      ownership.bindTable(now.id(), now.uri());
      tableId = now.id();
    }
    if (goesOn) {
      seen = latest;
    }
  }
}
