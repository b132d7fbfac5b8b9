package io.freshet.ledger;

/**
 * The newest slice that is done.
 *
 * @param slice its number; 0 is the start
 * @param record what its file says
 */
record LastDone(long slice, Contents.Done record) {
  /**
   * The first slice that counts. Attempts and claims of slices before it are of the time before the
   * last restart, which deletes them when it is recorded, and may be cut off in between: nothing of
   * what they reached is written any more.
   */
  long firstSlice() {
    Contents.Restart restart = record.restart();
    if (restart.count() == 0 || restart.slice() > 0) {
      return restart.slice();
    }
    // Of an older version its own record can be told: no attempt led to it.
    return record.attempts() == 0 ? slice : 0;
  }
}
