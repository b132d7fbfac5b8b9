package io.freshet.uservectors.cli;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.delta.DeltaChanges;
import io.freshet.delta.HistoryCheck;
import io.freshet.delta.KeptTable;
import io.freshet.delta.StartingPoint;
import io.freshet.delta.TableKeeping;
import io.freshet.delta.table.TableInfo;
import io.freshet.delta.table.TableLog;
import io.freshet.delta.table.TableLogs;
import io.freshet.ledger.Cursor;
import io.freshet.ledger.Ledger;
import io.freshet.ledger.LedgerAddress;
import io.freshet.ledger.LedgerIdentity;
import io.freshet.ledger.OutcomeTotals;
import io.freshet.ledger.Ownership;
import io.freshet.ledger.SliceLimits;
import io.freshet.milvus.CollectionSetup;
import io.freshet.milvus.EnsuredCollection;
import io.freshet.milvus.MilvusTarget;
import io.freshet.uservectors.UserVectors;
import io.freshet.uservectors.UserVectorsConfig;
import io.freshet.uservectors.UserVectorsOptions;
import io.freshet.uservectors.verify.Resync;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.schemas.Schema;

/**
 * One time of following a table: checks table, ledger and collection against each other, makes up
 * for what was lost, then runs the pipeline until it shall end.
 */
final class Following {
  private static final Duration MILVUS_NOTICE = Duration.ofSeconds(3);
  private static final Duration PROGRESS = Duration.ofSeconds(5);
  // What a lease can have grown to.
  private static final int LONGEST_LEASE_FACTOR = 8;

  private final Runner runner;
  private final Map<String, String> environment;
  private final PrintStream err;
  private final UserVectorsOptions options;
  private final StopRequest stop;
  private final Optional<Loss> lost;

  private boolean canGoOn;
  private boolean begun;

  /**
   * A time of following.
   *
   * @param lost what the time before could not go on without
   */
  Following(
      Runner runner,
      Map<String, String> environment,
      PrintStream err,
      UserVectorsOptions options,
      StopRequest stop,
      Optional<Loss> lost) {
    this.runner = runner;
    this.environment = environment;
    this.err = err;
    this.options = options;
    this.stop = stop;
    this.lost = lost;
  }

  UserVectorsOptions options() {
    return options;
  }

  /** Whether there is progress to keep, and the table's changes can be followed from now on. */
  boolean canGoOn() {
    return canGoOn;
  }

  /** Whether the table has been followed. */
  boolean hasBegun() {
    return begun;
  }

  void run() {
    LedgerAddress address = new LedgerAddress(options.getLedger(), options.getHadoopConf());
    KeptTable.recall(address, options.getTable());
    TableLog log = TableLogs.open(options.getTable(), address.configuration());
    TableInfo table = log.info();
    // The options are checked before the ledger is touched.
    UserVectorsConfig unbound = checked(table, "unknown");
    Cursor beginning = StartingPoint.resolve(options.getStartingVersion(), table, log);
    Ledger ledger = Ledger.at(address);
    Optional<Cursor> known = ledger.cursor();
    canGoOn = known.isPresent() && table.changeFeed();
    long until = unbound.feed().untilVersion();
    if (lost.isEmpty()) {
      HistoryCheck.require(known.orElse(beginning), table, log, until);
    } else {
      HistoryCheck.requireRest(known.orElse(beginning), table, until);
    }
    stop.handleSignals();
    LedgerIdentity identity = ledger.identify(table.id(), table.uri());
    UserVectorsConfig config = checked(table, identity.ledgerId());
    try (Ownership ownership = ledger.takeOwnership()) {
      ledger.bindCollection(config.milvus().database(), config.milvus().collection());
      if (lost.equals(Optional.of(Loss.COLLECTION))
          && !restartWithSnapshot(config, table, ownership)) {
        return;
      }
      boolean hasProgress = ledger.cursor().map(c -> ledger.status().slices() > 0).orElse(false);
      boolean mustExist = hasProgress && !lost.equals(Optional.of(Loss.COLLECTION));
      Optional<MilvusTarget> own = ensureCollection(config.milvus(), ledger, mustExist);
      if (own.isEmpty()) {
        return;
      }
      UserVectorsConfig bound = config.with(own.get());
      if (lost.equals(Optional.of(Loss.HISTORY)) && !resync(bound, table, ledger, ownership)) {
        return;
      }
      if (ledger.cursor().isEmpty()) {
        ledger.start(beginning);
      }
      begun = true;
      canGoOn = table.changeFeed();
      start(bound, table, log, ledger, ownership);
    }
  }

  private UserVectorsConfig checked(TableInfo table, String ledgerId) {
    UserVectorsConfig config = UserVectorsConfig.of(options, environment, table, ledgerId);
    DeltaChanges.schemaOf(config.feed(), table);
    return config;
  }

  /**
   * Recorded before the collection is made again: whoever is killed in between finds it missing
   * once more. False if a stop was asked for.
   */
  private boolean restartWithSnapshot(
      UserVectorsConfig config, TableInfo table, Ownership ownership) {
    return unlessStopped(
        () -> {
          awaitQuiet(config, ownership);
          ownership.restartWithSnapshot(table.version());
        });
  }

  /** The ledger moves on when all is mended, not before. False if a stop was asked for. */
  private boolean resync(
      UserVectorsConfig config, TableInfo table, Ledger ledger, Ownership ownership) {
    err.printf(
        "freshet: resync: comparing version %d of the table with the collection '%s'%n",
        table.version(), config.milvus().collection());
    return unlessStopped(
        () -> {
          awaitQuiet(config, ownership);
          long[] next = {System.nanoTime() + PROGRESS.toNanos()};
          OutcomeTotals mended =
              new Resync(config, table, ownership, !ledger.isCollectionMade())
                  .mend(
                      soFar -> {
                        if (System.nanoTime() - next[0] >= 0) {
                          tell("so far", soFar);
                          next[0] = System.nanoTime() + PROGRESS.toNanos();
                        }
                      });
          ownership.restartAfter(table.version(), mended);
          tell("done", mended);
        });
  }

  private void tell(String when, OutcomeTotals mended) {
    err.printf(
        Locale.ROOT,
        "freshet: resync: %s %,d rows written, %,d deleted%n",
        when,
        mended.written(),
        mended.deleted());
  }

  private static void awaitQuiet(UserVectorsConfig config, Ownership ownership) {
    SliceLimits limits = config.feed().limits();
    Duration limit =
        limits.lease().multipliedBy(LONGEST_LEASE_FACTOR).plus(limits.settle().multipliedBy(2));
    if (!ownership.awaitQuiet(limits.settle(), limit)) {
      throw new FreshetException(
          FailureCategory.LEDGER_IN_USE,
          "A worker of an earlier run may still write after "
              + limit.toSeconds()
              + " s; see that its clock is right, and start again");
    }
  }

  /**
   * In a thread of its own, which the end of the process ends: each step may be repeated. False if
   * a stop was asked for before it ended.
   */
  private boolean unlessStopped(Runnable steps) {
    FutureTask<Void> task = new FutureTask<>(steps, null);
    Thread thread = new Thread(task, "freshet-resync");
    thread.setDaemon(true);
    thread.start();
    while (thread.isAlive()) {
      if (stop.await(Duration.ofMillis(100))) {
        return false;
      }
    }
    try {
      task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) e.getCause(); // A Runnable throws nothing else.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    return true;
  }

  /** Waits for Milvus as long as it takes; empty if a stop was asked for meanwhile. */
  private Optional<MilvusTarget> ensureCollection(
      MilvusTarget target, Ledger ledger, boolean mustExist) {
    // One for all tries: a try that failed may have made the collection.
    CollectionSetup setup = new CollectionSetup(target, MILVUS_NOTICE);
    while (!stop.isMade()) {
      try {
        EnsuredCollection ensured = setup.ensure(mustExist, options.getAdoptCollection());
        if (ensured.created()) {
          ledger.recordCollectionMade();
        }
        MilvusTarget own = target.withCollectionId(ensured.collectionId());
        new CollectionSetup(own).keepLoaded();
        return Optional.of(own);
      } catch (FreshetException e) {
        if (e.category() != FailureCategory.MILVUS_UNAVAILABLE) {
          throw e;
        }
        err.println("freshet: waiting for Milvus: " + e.getMessage());
      }
      stop.await(MILVUS_NOTICE);
    }
    return Optional.empty();
  }

  private void start(
      UserVectorsConfig config, TableInfo table, TableLog log, Ledger ledger, Ownership ownership) {
    Cursor cursor = ledger.cursor().orElseThrow();
    err.printf(
        "freshet: following %s from %s %d into '%s' at %s%n",
        table.uri(),
        cursor.snapshot() ? "the snapshot of version" : "version",
        cursor.position().version(),
        config.milvus().collection(),
        config.milvus().uri());
    Schema schema = DeltaChanges.schemaOf(config.feed(), table);
    runner.prepare(options, new WorkerCheck(config.feed().ledger(), ownership.generation()));
    Pipeline pipeline = Pipeline.create(options);
    UserVectors.of(config, ownership.generation(), schema).applyTo(pipeline);
    PipelineResult running = runner.start(pipeline);
    TableKeeping keeping = TableKeeping.start(config.feed());
    try {
      new PipelineWatch(config, ledger, ownership, table, log, err).watchUntilTheEnd(running, stop);
    } finally {
      keeping.close();
    }
  }
}
