package io.freshet.delta;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.Slice;
import io.freshet.delta.table.CommitChange;
import io.freshet.delta.table.TableLog;
import io.freshet.ledger.ReadCommit;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks again at the files of commits that were read: storage and writers that do not put a file
 * there as a whole let a part of it be seen, or the commit of one writer before that of another. A
 * commit is read as soon as it is there, whatever may become of it; here it is found out.
 *
 * <p>Not safe for use by several threads at once.
 */
final class CommitWatch {
  private static final Logger LOG = LoggerFactory.getLogger(CommitWatch.class);

  /** How long after it was first seen here a commit that is done is looked at. */
  private static final List<Duration> AGES =
      List.of(Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofMinutes(1));

  /** How often the last one is looked at after that. */
  private static final Duration OF_LAST = Duration.ofSeconds(10);

  /** How many commits are looked at in one call, so that what is new need not wait. */
  private static final int MOST_AT_ONCE = 50;

  /**
   * How many commits are watched: so many later ones are there while a backlog is read that the
   * oldest are no new files.
   */
  private static final int MOST_WATCHED = 1_000;

  /** How long another content must be there: a copy of the table may be there for a moment. */
  private static final Duration BELIEVED = Duration.ofSeconds(5);

  /** How long the table may be away. */
  private static final Duration AWAY = Duration.ofSeconds(20);

  private final String table;
  private final TableUnits units;
  private final Supplier<Optional<String>> tableId;
  private final LongSupplier nanoClock;
  private final NavigableMap<Long, Watched> watched = new TreeMap<>();

  /** The commits of the slice that may be done next: the ledger keeps no more than the last. */
  private List<ReadCommit> inSlice = List.of();

  /** What has seen that one has changed: a log with such a commit may not be opened any more. */
  private Optional<TableLog> doubting = Optional.empty();

  private final Patience inDone;
  private final Patience inFlight;
  private final Patience away;

  private static final class Watched {
    private final ReadCommit commit;
    private final long since;
    private int looks;
    private long lookedAt;

    Watched(ReadCommit commit, long since) {
      this.commit = commit;
      this.since = since;
    }

    boolean isDue(long now, boolean isLast) {
      return looks < AGES.size()
          ? now - since >= AGES.get(looks).toNanos()
          : isLast && now - lookedAt >= OF_LAST.toNanos();
    }

    boolean isOver() {
      return looks == AGES.size();
    }

    void looked(long now) {
      looks = Math.min(looks + 1, AGES.size());
      lookedAt = now;
    }
  }

  /**
   * Watches the commits of one table.
   *
   * @param tableId the id of the table whose ledger it is, if that is known
   * @param nanoClock grows by a nanosecond each nanosecond
   */
  CommitWatch(
      String table, TableUnits units, Supplier<Optional<String>> tableId, LongSupplier nanoClock) {
    this.table = table;
    this.units = units;
    this.tableId = tableId;
    this.nanoClock = nanoClock;
    this.inDone = new Patience(BELIEVED, nanoClock);
    this.inFlight = new Patience(BELIEVED, nanoClock);
    this.away = new Patience(AWAY, nanoClock);
  }

  /**
   * Looks at commits that are done, as {@link io.freshet.ledger.SlicePlanner#requireAsRead} says.
   */
  void requireAsRead(List<ReadCommit> done) {
    if (done.isEmpty()) {
      // The first start, or another: what was done before that is made up for.
      watched.clear();
      inSlice = List.of();
      inDone.renew();
      doubting = Optional.empty();
      return;
    }
    long now = nanoClock.getAsLong();
    long last = done.get(done.size() - 1).version();
    if (inSlice.stream().allMatch(commit -> commit.version() <= last)) {
      inSlice.forEach(commit -> watch(commit, now));
      inSlice = List.of();
    }
    done.forEach(commit -> watch(commit, now));
    long first = done.get(0).version();
    watched.tailMap(last, false).clear();
    watched.headMap(first).values().removeIf(Watched::isOver);
    while (watched.size() > MOST_WATCHED) {
      watched.pollFirstEntry();
    }
    int looks = 0;
    for (Watched known : watched.values()) {
      if (known.isDue(now, known.commit.version() == last) && looks < MOST_AT_ONCE) {
        looks++;
        CommitChange change = known.looks == 0 ? closeLook(known.commit) : changeOf(known.commit);
        if (change != CommitChange.NONE && !isOfAnotherTable(known.commit, change)) {
          doubt(inDone, known.commit);
        }
        known.looked(now);
      }
    }
    if (looks > 0) {
      inDone.renew();
      doubting = Optional.empty();
    }
  }

  private void watch(ReadCommit commit, long now) {
    Watched known = watched.get(commit.version());
    if (known == null || !known.commit.equals(commit)) {
      watched.put(commit.version(), new Watched(commit, now));
    }
  }

  /**
   * Looks at the commits of a slice before it is done, as {@link
   * io.freshet.ledger.SlicePlanner#mustBeReadAnew} says.
   */
  boolean mustBeReadAnew(Slice slice, List<ReadCommit> commits, boolean mayBeWritten) {
    Set<CommitChange> changes = new HashSet<>();
    for (ReadCommit commit : commits) {
      CommitChange change = changeOf(commit);
      if (change != CommitChange.NONE) {
        if (isOfAnotherTable(commit, change)) {
          throw new FreshetException(
              FailureCategory.STORAGE_UNAVAILABLE,
              "Another table is at %s while a slice of it is not done; it is looked at again"
                  .formatted(table));
        }
        boolean isLost =
            KeyLookup.cuts(slice, commit.version())
                || (mayBeWritten && change == CommitChange.REWRITTEN);
        if (isLost) {
          doubt(inFlight, commit);
        }
        LOG.warn("Version {} of {} has changed since it was read", commit.version(), table);
        changes.add(change);
      }
    }
    inFlight.renew();
    doubting = Optional.empty();
    if (!changes.isEmpty()) {
      units.forget();
      return true;
    }
    inSlice = commits;
    return false;
  }

  /** Throws; for good only after a while. */
  private void doubt(Patience patience, ReadCommit commit) {
    doubting = doubting.or(() -> Optional.of(units.log()));
    units.forget();
    FreshetException changed = ChangedCommits.error(table, commit);
    if (patience.isOver()) {
      throw changed;
    }
    throw new FreshetException(
        FailureCategory.STORAGE_UNAVAILABLE,
        changed.getMessage() + ". It is looked at again, for " + BELIEVED.toSeconds() + " s",
        changed);
  }

  /** A commit that goes on after what was read of it is no other table's, whatever id it states. */
  private boolean isOfAnotherTable(ReadCommit commit, CommitChange change) {
    return (change == CommitChange.REWRITTEN || commit.bytes() == 0) && isAnotherTable();
  }

  /**
   * Then it is not for this class to say. Where the log says nothing because a file of it makes no
   * sense any more, as the commit may that has changed, it is no other table's.
   */
  private boolean isAnotherTable() {
    Optional<String> known = tableId.get();
    return known.isPresent() && !looking(this::idNow).orElse(known.get()).equals(known.get());
  }

  private Optional<String> idNow() {
    try {
      return Optional.of(units.log().idNow());
    } catch (FreshetException e) {
      if (e.category() != FailureCategory.CORRUPT_FILE) {
        throw e;
      }
      LOG.warn("The id of {} cannot be read now: {}", table, e.getMessage());
      return Optional.empty();
    }
  }

  private CommitChange changeOf(ReadCommit commit) {
    return looking(() -> log().changeOf(commit));
  }

  private CommitChange closeLook(ReadCommit commit) {
    return looking(() -> log().contentChangeOf(commit));
  }

  private TableLog log() {
    return doubting.orElseGet(units::log);
  }

  /** How many commits are watched. */
  int size() {
    return watched.size();
  }

  /** A table that is away may be back in a moment. */
  private <T> T looking(Supplier<T> look) {
    try {
      T seen = look.get();
      away.renew();
      return seen;
    } catch (FreshetException e) {
      units.forget();
      if (!e.category().stopsPipeline() || away.isOver()) {
        throw e;
      }
      throw new FreshetException(
          FailureCategory.STORAGE_UNAVAILABLE,
          e.getMessage() + ". It is looked at again, for " + AWAY.toSeconds() + " s",
          e);
    }
  }
}
