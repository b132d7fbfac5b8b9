package io.freshet.uservectors.verify;

import io.freshet.changes.FreshetException;
import io.freshet.changes.Time;
import io.freshet.delta.DeltaChanges;
import io.freshet.delta.HistoryCheck;
import io.freshet.delta.TableRows;
import io.freshet.delta.table.TableInfo;
import io.freshet.ledger.Anchor;
import io.freshet.ledger.Cursor;
import io.freshet.ledger.Mending;
import io.freshet.ledger.OutcomeTotals;
import io.freshet.ledger.Ownership;
import io.freshet.milvus.CollectionReader;
import io.freshet.milvus.CollectionWriter;
import io.freshet.uservectors.UserVectorsConfig;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.beam.sdk.schemas.Schema;

/**
 * Makes a collection equal to its table where the changes in between can no longer be read: key by
 * key the newest row of the table is compared with what is stored, by its {@code row_hash}, and
 * only what differs is written or deleted. The memory that it takes does not grow with the table.
 *
 * <p>The log does not say which of a key's rows is the newest any more: the order column decides,
 * then the time of the event, then the place.
 */
public final class Resync {
  private final UserVectorsConfig config;
  private final TableInfo info;
  private final Anchor anchor;
  private final Ownership ownership;
  private final boolean mayHoldOthers;

  /**
   * A resync at the version of {@code info}.
   *
   * @param anchor the commit of that version
   * @param ownership of the ledger; no worker of an earlier owner may be able to write any more
   * @param mayHoldOthers whether the collection was made elsewhere: then nothing is deleted
   */
  public Resync(
      UserVectorsConfig config,
      TableInfo info,
      Anchor anchor,
      Ownership ownership,
      boolean mayHoldOthers) {
    this.config = config;
    this.info = info;
    this.anchor = anchor;
    this.ownership = ownership;
    this.mayHoldOthers = mayHoldOthers;
  }

  /**
   * Mends the collection. May be repeated after any failure, and then finds less to do.
   *
   * @param soFar takes what has been done so far, from time to time
   * @return what was written and deleted
   * @throws FreshetException if the table, the collection or the ledger cannot be read, or the
   *     collection not be written
   */
  public OutcomeTotals mend(Consumer<OutcomeTotals> soFar) {
    return Verification.withoutMetrics(() -> mendOrStop(soFar));
  }

  private OutcomeTotals mendOrStop(Consumer<OutcomeTotals> soFar) throws InterruptedException {
    Schema schema = DeltaChanges.schemaOf(config.feed(), info);
    long version = info.version();
    Rules rules = Rules.ofSnapshot(config.feed(), version, mayHoldOthers);
    try (Mending mending = ownership.mending(Repair.LEASE)) {
      Repair repair =
          new Repair(
              mending,
              new CollectionWriter(config.milvus())::write,
              new Embedding(config.embedding(), schema),
              schema,
              version,
              config.batchSize(),
              Set.of(),
              Time.SYSTEM);
      Supplier<TwoLooks.Comparison> looks =
          () -> {
            Look look = look(schema, version);
            return (only, differences) -> look.take(rules, () -> version, only, differences);
          };
      Totals unused =
          new TwoLooks(looks, repair::mend).mend(part -> {}, part -> soFar.accept(repair.totals()));
      repair.finish();
      return repair.totals();
    }
  }

  private Look look(Schema schema, long version) {
    TableRows table = new TableRows(config.feed(), schema, Cursor.changesFrom(version + 1));
    CollectionReader collection = new CollectionReader(config.milvus());
    return new Look(
        config,
        () -> HistoryCheck.requireStill(config.feed(), info, anchor),
        schema,
        table,
        collection,
        false,
        true);
  }
}
