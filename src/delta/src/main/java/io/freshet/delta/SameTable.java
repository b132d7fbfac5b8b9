package io.freshet.delta;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.delta.table.TableLog;
import io.freshet.ledger.Anchor;
import java.time.Duration;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Whether the table at the path is the one whose history the ledger has, and what was read is of
 * it. A folder that was swapped, restored from a copy or deleted is the environment's failure at
 * first: it may be as it was in a moment. What stays so stops the pipeline.
 *
 * <p>Not safe for use by several threads at once.
 */
final class SameTable {
  /** How long another table must be there before that is believed. */
  private static final Duration BELIEVED = Duration.ofSeconds(20);

  private final String table;
  private final Supplier<TableLog> log;
  private final Supplier<Optional<String>> tableId;
  private final Patience patience;

  /**
   * Looks at one table.
   *
   * @param log opens the log, or has it open
   * @param tableId the id of the table whose ledger it is, if that is known
   * @param nanoClock grows by a nanosecond each nanosecond
   */
  SameTable(
      String table,
      Supplier<TableLog> log,
      Supplier<Optional<String>> tableId,
      LongSupplier nanoClock) {
    this.table = table;
    this.log = log;
    this.tableId = tableId;
    this.patience = new Patience(BELIEVED, nanoClock);
  }

  /**
   * Throws unless the table is the ledger's, and still has the commits that were read.
   *
   * @param after the last commit that is done
   * @param commits the digests of the commits that were read since, by their versions; the first
   *     and the last are looked at, since a table is swapped as a whole
   * @param planned the digest of what the slice was cut of, and that of what was read in its place;
   *     equal where nothing is to be compared
   * @throws FreshetException {@link FailureCategory#STORAGE_UNAVAILABLE} for a while; then {@link
   *     FailureCategory#TABLE_REPLACED} if it is another, or what was wrong with it
   */
  void require(
      Anchor after, NavigableMap<Long, String> commits, Map.Entry<String, String> planned) {
    try {
      requireAnchor(after);
      if (!commits.isEmpty()) {
        requireCommit(commits.firstEntry());
        requireCommit(commits.lastEntry());
      }
      if (!planned.getKey().equals(planned.getValue())) {
        throw other("the commits of the slice are others than when it was planned");
      }
    } catch (FreshetException e) {
      if (!e.category().stopsPipeline() || patience.isOver()) {
        throw e;
      }
      throw new FreshetException(
          FailureCategory.STORAGE_UNAVAILABLE,
          e.getMessage() + ". It is looked at again, for " + BELIEVED.toSeconds() + " s",
          e);
    }
    patience.renew();
  }

  private void requireAnchor(Anchor after) {
    if (!after.isKnown()) {
      requireId();
      return;
    }
    Optional<String> there = log.get().digest(after.version());
    if (there.isPresent()) {
      if (!there.get().equals(after.commit())) {
        requireId();
        throw other("version " + after.version() + " is not the commit that was read");
      }
    } else {
      requireId();
      if (log.get().oldestVersion() <= after.version()) {
        throw other("version " + after.version() + ", which was read, is not there");
      }
      // The log was cleaned up; what is left of it says the same id.
    }
  }

  private void requireCommit(Map.Entry<Long, String> read) {
    // Without a file there was a checkpoint; what comes after it is compared.
    if (!log.get().digest(read.getKey()).orElse("").equals(read.getValue())) {
      requireId();
      throw other("version " + read.getKey() + " has changed since it was read");
    }
  }

  private void requireId() {
    Optional<String> known = tableId.get();
    if (known.isPresent()) {
      String now = log.get().idNow();
      if (!now.equals(known.get())) {
        throw other("its id is " + now + ", and the ledger is that of " + known.get());
      }
    }
  }

  private FreshetException other(String how) {
    return HistoryCheck.replaced(table, how);
  }
}
