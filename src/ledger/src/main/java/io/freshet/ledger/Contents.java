package io.freshet.ledger;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.freshet.changes.Position;
import io.freshet.changes.Slice;
import io.freshet.changes.VectorOrigin;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the files hold. Times are milliseconds since 1970. */
final class Contents {
  private Contents() {}

  /** Who took the ledger. */
  record Generation(HostProcess owner, long takenAt) {}

  /** A sign of life. */
  record Heartbeat(HostProcess owner, long at) {}

  /** A note without content: stop. */
  record Note(long at) {}

  /**
   * The collection was made for this ledger.
   *
   * @param marked whether the collection bears the nonce of the file's name; false if an older
   *     version of Freshet wrote the note
   */
  record Made(long at, boolean marked) {}

  /** What the collection's vectors are made by. */
  record Vectors(VectorOrigin origin, long at) {}

  /** Why the pipeline must stop. */
  record Halt(String category, String message, long at) {}

  /** Whose progress this is. */
  record Identity(String ledgerId, String tableId, String tableUri, long createdAt) {}

  /** The id that the table has got since, and where it is. */
  record Bound(String tableId, String tableUri, long at) {}

  /** The collection that is written to. */
  record CollectionIdentity(String database, String collection, String id, long at) {}

  /** Where the first slice started. */
  record Beginning(Cursor cursor, long at) {}

  /**
   * An attempt.
   *
   * @param slice what to write
   * @param since when the slice was first emitted
   * @param emittedAt when this attempt was
   * @param leaseMillis how long the lease of a claim is
   * @param lapses attempts at this plan whose lease ended without progress
   * @param unclaimed how often the time to claim was too short, and doubled
   * @param rowLimit the limit under which the slice was planned
   * @param changeLimit how many changes a claim emits at most
   * @param fingerprint of all that decides which changes the slice has, their numbers and what is
   *     written for them
   * @param commits of the commits that the slice was cut of, see {@link PlannedSlice#commits()};
   *     null if an older version of Freshet wrote the attempt
   * @param suspects ranges of the changes that Milvus refused in attempts that began long enough
   *     before this one: refused again, they are to blame
   * @param whole whether it is read whatever its rows weigh: it cannot be cut any more
   */
  record Attempt(
      Slice slice,
      long since,
      long emittedAt,
      long leaseMillis,
      int lapses,
      int unclaimed,
      long rowLimit,
      int changeLimit,
      String fingerprint,
      String commits,
      List<Integer> suspects,
      boolean whole) {
    Attempt {
      // An older version of Freshet wrote none.
      commits = commits == null ? "" : commits;
      suspects = suspects == null ? List.of() : suspects;
    }

    /** The first attempt at a slice. */
    static Attempt first(
        PlannedSlice planned,
        long now,
        Duration lease,
        int unclaimed,
        long rowLimit,
        String fingerprint) {
      return new Attempt(
          planned.slice(),
          now,
          now,
          lease.toMillis(),
          0,
          unclaimed,
          rowLimit,
          Integer.MAX_VALUE,
          fingerprint,
          planned.commits(),
          List.of(),
          false);
    }

    /** The first attempt at another plan for the same run of changes, or a longer one. */
    Attempt replanned(Position end, long now, Duration lease, String newFingerprint) {
      Slice longer = new Slice(slice.snapshot(), slice.from(), end);
      return new Attempt(
          longer,
          since,
          now,
          lease.toMillis(),
          0,
          unclaimed,
          rowLimit,
          Integer.MAX_VALUE,
          newFingerprint,
          end.equals(slice.to()) ? commits : "",
          List.of(),
          false);
    }

    /** The first attempt at the same run of changes, as the table has them now. */
    Attempt anew(PlannedSlice planned, long now, Duration lease) {
      return new Attempt(
          planned.slice(),
          since,
          now,
          lease.toMillis(),
          0,
          unclaimed,
          rowLimit,
          Integer.MAX_VALUE,
          fingerprint,
          planned.commits(),
          List.of(),
          false);
    }

    /** The same with these suspects. */
    Attempt suspecting(List<Integer> these) {
      return with(rowLimit, these, whole);
    }

    /** The same where a slice may have so many rows. */
    Attempt withRowLimit(long rows) {
      return with(rows, suspects, whole);
    }

    /** The same, read whatever its rows weigh. */
    Attempt asWhole() {
      return with(rowLimit, suspects, true);
    }

    private Attempt with(long rows, List<Integer> suspected, boolean readWhole) {
      return new Attempt(
          slice,
          since,
          emittedAt,
          leaseMillis,
          lapses,
          unclaimed,
          rows,
          changeLimit,
          fingerprint,
          commits,
          suspected,
          readWhole);
    }
  }

  /**
   * A claim; its lease's end is in the name.
   *
   * @param leaseMillis how long its lease is; 0 if an older version of Freshet wrote it
   * @param writers who writes for it
   */
  record Claim(HostProcess worker, long at, long leaseMillis, Writers writers) {
    Claim {
      // An older version of Freshet wrote none: it may be any.
      writers = writers == null ? Writers.OTHERS_TOO : writers;
    }
  }

  /**
   * What a worker read.
   *
   * @param rows rows of the slice, before anything is dropped
   * @param skipped rows that had their outcome while reading, by reason
   * @param changes numbered changes: 0 to {@code changes - 1}
   * @param emitted how many of these this claim emitted: those that had no outcome
   * @param newestCommitMillis commit time of the slice's last commit
   * @param end the end of the slice: up to there something may have been written
   * @param last the last commit that was read
   * @param commits the files of all commits that were read
   * @param heavy see {@link HeavyChanges#contents}
   * @param rowsThatFit how many rows of the weight that these have on average fit in the memory of
   *     who read them; 0 if an older version of Freshet wrote the manifest
   */
  record Manifest(
      long rows,
      Map<String, Long> skipped,
      int changes,
      int emitted,
      long newestCommitMillis,
      Position end,
      Anchor last,
      List<ReadCommit> commits,
      List<Integer> heavy,
      long rowsThatFit) {
    Manifest {
      // An older version of Freshet wrote none of these.
      last = last == null ? Anchor.NONE : last;
      commits = commits == null ? List.of() : commits;
      heavy = heavy == null ? List.of() : heavy;
    }

    /** Where nothing is known of the last commit. */
    Manifest(
        long rows,
        Map<String, Long> skipped,
        int changes,
        int emitted,
        long newestCommitMillis,
        Position end) {
      this(
          rows,
          skipped,
          changes,
          emitted,
          newestCommitMillis,
          end,
          Anchor.NONE,
          List.of(),
          List.of(),
          0);
    }
  }

  /**
   * What became of some changes; lists of ranges {@code [first, last, first, last, …]}.
   *
   * @param abandoned no outcome: the claim sends nothing more for these
   * @param categories why changes were abandoned
   * @param at when: of what was abandoned, bytes may still be on their way
   * @param refused those of the abandoned that Milvus refused while it took a good one
   * @param rejected those of the skipped that were to be written
   */
  record Outcomes(
      List<Integer> written,
      List<Integer> deleted,
      Map<String, List<Integer>> skipped,
      List<Integer> abandoned,
      List<String> categories,
      long at,
      List<Integer> refused,
      List<Rejected> rejected) {
    Outcomes {
      // An older version of Freshet wrote none of these.
      refused = refused == null ? List.of() : refused;
      rejected = rejected == null ? List.of() : rejected;
    }

    /** The changes that have an outcome. */
    void addSettledTo(BitSet numbers) {
      Numbers.addTo(numbers, written);
      Numbers.addTo(numbers, deleted);
      skipped.values().forEach(ranges -> Numbers.addTo(numbers, ranges));
    }

    /** The changes that the claim has said something of. */
    void addAllTo(BitSet numbers) {
      addSettledTo(numbers);
      Numbers.addTo(numbers, abandoned);
    }
  }

  /**
   * Changes that cannot be written for one reason.
   *
   * @param reason the label of a {@link io.freshet.changes.SkipReason}
   * @param option the name of an {@link io.freshet.changes.OptionAtFault}
   * @param numbers ranges
   * @param first the number of the first one
   * @param key its key, fit to be printed
   * @param message what is wrong with it
   */
  record Rejected(
      String reason, String option, List<Integer> numbers, int first, String key, String message) {}

  /**
   * Why a claim ended before it emitted anything.
   *
   * @param rowsThatFit how many of the first rows fit in memory, where all of them do not; else 0
   */
  record Ended(String category, String detail, long at, long rowsThatFit) {}

  /**
   * The first start, or a new one where the pipeline could not go on.
   *
   * @param beginning where it started again
   * @param compared whether the collection had been made equal to the table before that
   * @param from the first version whose changes were not followed
   * @param count how often this has happened; 0 for the first start
   * @param slice the number that its record has: slices before are left behind; 0 if an older
   *     version of Freshet wrote it
   */
  record Restart(Cursor beginning, boolean compared, long from, int count, long at, long slice) {
    /** An older version of Freshet wrote nothing of the first start. */
    static final Restart NONE = new Restart(Cursor.changesFrom(0), false, 0, 0, 0, 0);

    /** The first start. */
    static Restart first(Cursor beginning, long at) {
      return new Restart(beginning, false, 0, 0, at, 0);
    }

    /** Whether it says where the pipeline started. */
    @JsonIgnore
    boolean isKnown() {
      return count > 0 || at > 0;
    }
  }

  /**
   * A slice all of whose changes have an outcome; the record of slice 0 is the start.
   *
   * @param cursor how far everything is done
   * @param totals cumulative
   * @param repeated changes that were written by more than one claim; cumulative
   * @param rowLimit limit of the next slice, by how long the last ones took
   * @param rows rows of this slice
   * @param millis from this slice's first emission to now
   * @param attempts attempts that this slice took
   * @param unclaimed of its last attempt; 0 if an older version of Freshet wrote the record
   * @param newestCommitMillis commit time of the last commit that is done; 0 if none
   * @param restart the last one
   * @param rejects what is known of rows that could not be written
   * @param anchor the last commit that is done, as it was when it was read
   * @param commits the files of the last commits that are done, as they were when they were read
   */
  record Done(
      Cursor cursor,
      OutcomeTotals totals,
      long repeated,
      long rowLimit,
      long rows,
      long millis,
      int attempts,
      int unclaimed,
      long newestCommitMillis,
      Restart restart,
      RecentRejects rejects,
      Anchor anchor,
      List<ReadCommit> commits,
      long at) {
    /** How many commits are remembered: a record is read by all, and kept in memory. */
    private static final int COMMITS = 32;

    Done {
      // An older version of Freshet wrote none of these.
      restart = restart == null ? Restart.NONE : restart;
      rejects = rejects == null ? RecentRejects.NONE : rejects;
      anchor = anchor == null ? Anchor.NONE : anchor;
      commits = commits == null ? List.of() : commits;
    }

    /** The commits of this record and those of the next slice, without the oldest. */
    List<ReadCommit> commitsWith(List<ReadCommit> next) {
      SortedMap<Long, ReadCommit> all = new TreeMap<>();
      commits.forEach(commit -> all.put(commit.version(), commit));
      next.forEach(commit -> all.put(commit.version(), commit));
      return all.values().stream().skip(Math.max(0, all.size() - COMMITS)).toList();
    }

    /** Where nothing is known of the last commit. */
    Done(
        Cursor cursor,
        OutcomeTotals totals,
        long repeated,
        long rowLimit,
        long rows,
        long millis,
        int attempts,
        int unclaimed,
        long newestCommitMillis,
        Restart restart,
        long at) {
      this(
          cursor,
          totals,
          repeated,
          rowLimit,
          rows,
          millis,
          attempts,
          unclaimed,
          newestCommitMillis,
          restart,
          RecentRejects.NONE,
          Anchor.NONE,
          List.of(),
          at);
    }

    @JsonIgnore
    Position position() {
      return cursor.position();
    }
  }
}
