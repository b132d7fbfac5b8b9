package io.freshet.delta;

import io.freshet.changes.SkipReason;

/**
 * The rows of a slice, taken in their order as long as those that are kept are not too heavy
 * together. The first row always fits.
 */
final class WeighedRows {
  private final ChangeFeed feed;
  private final RowsByKey byKey;
  private final SkippedRows skipped;
  private final long mostBytes;
  private long rows;
  private long bytes;

  /** The next row does not fit; thrown through whoever reads it. */
  @SuppressWarnings("serial")
  static final class FullException extends RuntimeException {
    private FullException() {
      super("The rows do not fit in memory", null, false, false);
    }
  }

  /**
   * None yet.
   *
   * @param byKey takes those that count
   * @param skipped takes those of other change types
   * @param mostBytes what they may weigh together, see {@link RowWeight}
   */
  WeighedRows(ChangeFeed feed, RowsByKey byKey, SkippedRows skipped, long mostBytes) {
    this.feed = feed;
    this.byKey = byKey;
    this.skipped = skipped;
    this.mostBytes = mostBytes;
  }

  /** Takes a row; throws a {@link FullException} if it does not fit. */
  void add(ReadRow row) {
    if (feed.follows(row.type())) {
      long more = RowWeight.of(row.values());
      if (rows > 0 && bytes + more > mostBytes) {
        throw new FullException();
      }
      bytes += more;
      byKey.add(row);
    } else {
      skipped.add(SkipReason.CHANGE_TYPE);
    }
    rows++;
  }

  /** How many have been taken. */
  long rows() {
    return rows;
  }

  /** What those that are kept weigh. */
  long bytes() {
    return bytes;
  }
}
