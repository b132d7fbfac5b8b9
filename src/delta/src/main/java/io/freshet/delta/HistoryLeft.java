package io.freshet.delta;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.delta.table.TableInfo;
import io.freshet.delta.table.TableLog;
import io.freshet.ledger.Cursor;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How long it takes until what a pipeline has not read yet may be gone: the commit may be cleaned
 * away, or its files vacuumed, when it is older than the table's retention.
 *
 * <p>Looks at the log once for each commit that is asked for, and no more than every ten seconds.
 * Not safe for use by several threads at once.
 */
public final class HistoryLeft {
  private static final Duration KEPT = Duration.ofSeconds(10);

  private final TableLog log;
  private final Duration retention;
  private long version = -1;
  private Instant committed = Instant.EPOCH;
  private Instant lookedAt = Instant.MIN;

  /**
   * For one table.
   *
   * @param table the table at any version: its retention is taken from there
   */
  public HistoryLeft(TableLog log, TableInfo table) {
    this.log = log;
    this.retention = table.retention();
  }

  /**
   * The time left at {@code now}; zero if it may be gone already. If nothing is unread, the table's
   * retention: that much time the next commit will have.
   *
   * @param cursor how far everything is read
   * @param latest the table's latest version
   */
  public Duration at(Cursor cursor, long latest, Instant now) {
    long next = cursor.position().version();
    if (next > latest) {
      return retention;
    }
    if (next != version && !now.isBefore(lookedAt.plus(KEPT))) {
      committed = commitTime(next);
      version = next;
      lookedAt = now;
    }
    Duration left = Duration.between(now, committed.plus(retention));
    if (left.isNegative()) {
      return Duration.ZERO;
    }
    // Commit times may lie in the future: clocks differ, and writers set them as they like.
    return left.compareTo(retention) < 0 ? left : retention;
  }

  /**
   * When the oldest commit that is not read was made, as {@link #at} has found; empty if it has not
   * looked at that commit, or there is none.
   */
  public Optional<Instant> oldestUnread(Cursor cursor) {
    return version == cursor.position().version() && committed.isAfter(Instant.EPOCH)
        ? Optional.of(committed)
        : Optional.empty();
  }

  private Instant commitTime(long commit) {
    try {
      return log.timestamp(commit);
    } catch (FreshetException e) {
      if (e.category() != FailureCategory.HISTORY_LOST) {
        throw e;
      }
      return Instant.EPOCH;
    }
  }
}
