package io.freshet.uservectors.cli;

import io.freshet.ledger.Cursor;
import java.time.Duration;
import java.util.Optional;

/**
 * Believes that history is lost only when the pipeline has met that again and again at the same
 * place for a while: by what was refused itself, be it the log or a data file. It asks nobody and
 * has no clock. One moment in which a folder cannot be seen as a whole is no loss.
 */
final class HistoryDoubt {
  private static final int LEAST_TIMES = 3;

  private final Duration span;
  private Optional<Cursor> place = Optional.empty();
  private long since;
  private int times;

  /**
   * A doubt.
   *
   * @param span how long it must have been so
   */
  HistoryDoubt(Duration span) {
    this.span = span;
  }

  /** A table of which all was read since has lost nothing, though nothing has come since. */
  void allWasRead() {
    times = 0;
  }

  /** How long to wait before it is tried again. */
  Duration pause() {
    return span.dividedBy(LEAST_TIMES - 1L);
  }

  /**
   * Notes that what comes at {@code cursor} could not be read; whether that is believed now.
   *
   * @param nanos by a monotonic clock
   */
  boolean isOver(Optional<Cursor> cursor, long nanos) {
    if (times == 0 || !place.equals(cursor)) {
      place = cursor;
      since = nanos;
      times = 0;
    }
    times++;
    return times >= LEAST_TIMES && nanos - since >= span.toNanos();
  }
}
