package io.freshet.ledger;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.Lease;
import io.freshet.changes.SkipReason;
import io.freshet.changes.Slice;
import io.freshet.ledger.Names.ClaimName;
import java.time.Instant;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A slice that a worker may write until its lease ends. */
public final class ClaimedSlice {
  private final Ledger ledger;
  private final ClaimName claim;
  private final Lease lease;
  private final PlannedSlice planned;
  private final Anchor after;
  private final BitSet settled;
  private final BitSet suspects;
  private final boolean whole;
  private final boolean readBefore;
  private final int end;

  ClaimedSlice(
      Ledger ledger,
      ClaimName claim,
      Lease lease,
      Contents.Attempt attempt,
      Anchor after,
      BitSet settled,
      boolean readBefore) {
    this.ledger = ledger;
    this.claim = claim;
    this.lease = lease;
    this.planned = new PlannedSlice(attempt.slice(), attempt.commits());
    this.after = after;
    this.settled = settled;
    this.readBefore = readBefore;
    this.end = endOf(settled, attempt.changeLimit());
    this.suspects = Numbers.of(attempt.suspects());
    this.whole = attempt.whole();
  }

  /** The right to write it. */
  public Lease lease() {
    return lease;
  }

  /** What to write. */
  public Slice slice() {
    return planned.slice();
  }

  /** What to write, and of which commits it is. */
  public PlannedSlice planned() {
    return planned;
  }

  /** The last commit before the slice, as it was when it was read. */
  public Anchor after() {
    return after;
  }

  /**
   * Whether a change must not be emitted: an earlier attempt has brought its outcome, or, after
   * attempts that came to nothing, it is left to a later one.
   */
  public boolean isSettled(int number) {
    return number >= end || settled.get(number);
  }

  /** Whether another claim has read it: what is dropped while reading is counted already. */
  public boolean isReadBefore() {
    return readBefore;
  }

  /** The same where each change is one row, and nothing is known of the slice's last commit. */
  public void recordManifest(
      long rows, Map<SkipReason, Long> skipped, int changes, Instant newestCommit) {
    int[] rowsOfChanges = new int[changes];
    Arrays.fill(rowsOfChanges, 1);
    recordManifest(rows, skipped, rowsOfChanges, newestCommit, Anchor.NONE, List.of(), 0);
  }

  /**
   * Whether Milvus refused a change in an attempt that began long enough before this one: if it
   * does so again, the change is to blame.
   */
  public boolean isSuspected(int number) {
    return suspects.get(number);
  }

  /**
   * Records what was read, before anything of it is emitted.
   *
   * @param rows rows of the slice, before anything is dropped
   * @param skipped rows that had their outcome while reading
   * @param rowsOfChanges for each change, by its number, the rows that it stands for: itself, and
   *     those that gave way to it
   * @param newestCommit commit time of the slice's last commit
   * @param last the slice's last commit, as it was read
   * @param commits the files of all its commits
   * @param rowsThatFit how many rows of the weight that these have on average fit in memory; 0 if
   *     that is not known
   */
  public void recordManifest(
      long rows,
      Map<SkipReason, Long> skipped,
      int[] rowsOfChanges,
      Instant newestCommit,
      Anchor last,
      List<ReadCommit> commits,
      long rowsThatFit) {
    Map<String, Long> byLabel = new TreeMap<>();
    skipped.forEach((reason, count) -> byLabel.put(reason.label(), count));
    int changes = rowsOfChanges.length;
    int due = Math.min(changes, end);
    ledger
        .store()
        .write(
            claim.manifestFile(),
            new Contents.Manifest(
                rows,
                byLabel,
                changes,
                due - settled.get(0, due).cardinality(),
                newestCommit.toEpochMilli(),
                slice().to(),
                last,
                commits,
                HeavyChanges.of(rowsOfChanges).contents(),
                rowsThatFit));
  }

  /**
   * Gives the slice up before anything was emitted; the ledger has it tried again, or the pipeline
   * stops.
   */
  public void giveUp(FailureCategory category, String detail) {
    end(category, detail, 0);
    Halt.recordIfNeeded(ledger, claim.attempt(), category, detail);
  }

  /** Whether it must be read whatever its rows weigh: it cannot be cut any more. */
  public boolean isWhole() {
    return whole;
  }

  /**
   * Gives the slice up before anything was emitted, since its rows do not fit in memory: the ledger
   * cuts it.
   *
   * @param rowsThatFit how many of the first rows do, at least 1
   */
  public void giveUpAsTooBig(long rowsThatFit) {
    end(FailureCategory.SLICE_TOO_BIG, "Only " + rowsThatFit + " rows fit", rowsThatFit);
  }

  private void end(FailureCategory category, String detail, long rowsThatFit) {
    ledger
        .store()
        .write(
            claim.endedFile(),
            new Contents.Ended(category.name(), detail, ledger.time().millis(), rowsThatFit));
  }

  /** The number after the last of the first {@code limit} changes that are not settled. */
  private static int endOf(BitSet settled, int limit) {
    if (limit == Integer.MAX_VALUE) {
      return limit;
    }
    int end = 0;
    for (int i = 0; i < limit; i++) {
      end = settled.nextClearBit(end) + 1;
    }
    return end;
  }
}
