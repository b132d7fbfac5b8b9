package io.freshet.delta;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Rows of one file that are decoded before they are wanted, as far as memory is left for them. */
final class DecodedAhead {
  private final AtomicLong ahead;
  private final long mostBytes;
  private final List<ReadRow> rows = new ArrayList<>();
  private long bytes;

  /** No more is decoded ahead; thrown through whoever reads it. */
  @SuppressWarnings("serial")
  static final class FullException extends RuntimeException {
    private FullException() {
      super("Enough is decoded ahead", null, false, false);
    }
  }

  /**
   * None yet.
   *
   * @param ahead what all rows that are decoded ahead weigh
   * @param mostBytes what they may weigh, or one row more
   */
  DecodedAhead(AtomicLong ahead, long mostBytes) {
    this.ahead = ahead;
    this.mostBytes = mostBytes;
  }

  /** Takes a row; throws a {@link FullException} if it was the last one. */
  void add(ReadRow row) {
    rows.add(row);
    long weight = RowWeight.of(row.values());
    bytes += weight;
    if (ahead.addAndGet(weight) > mostBytes) {
      throw new FullException();
    }
  }

  /** The rows. */
  List<ReadRow> rows() {
    return rows;
  }

  /** They are not ahead any more. */
  void taken() {
    rows.clear();
    ahead.addAndGet(-bytes);
  }
}
