package io.freshet.uservectors.cli;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.VectorOrigin;
import io.freshet.delta.ChangeFeed;
import io.freshet.delta.ChangedCommits;
import io.freshet.delta.DeltaChanges;
import io.freshet.delta.HistoryCheck;
import io.freshet.delta.KeptTable;
import io.freshet.delta.StartingPoint;
import io.freshet.delta.TableKeeping;
import io.freshet.delta.table.TableInfo;
import io.freshet.delta.table.TableLog;
import io.freshet.delta.table.TableLogs;
import io.freshet.embedding.EmbedChanges;
import io.freshet.ledger.Anchor;
import io.freshet.ledger.Cursor;
import io.freshet.ledger.Ledger;
import io.freshet.ledger.LedgerAddress;
import io.freshet.ledger.LedgerIdentity;
import io.freshet.ledger.LedgerStatus;
import io.freshet.ledger.OutcomeTotals;
import io.freshet.ledger.Ownership;
import io.freshet.ledger.SliceLimits;
import io.freshet.milvus.CollectionReader;
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
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.schemas.Schema;

/**
 * One time of following a table: checks table, ledger and collection against each other, makes up
 * for what was lost, then runs the pipeline until it shall end.
 */
final class Following {
  private static final Duration MILVUS_NOTICE = Duration.ofSeconds(3);
  private static final Duration STORAGE_NOTICE = Duration.ofSeconds(1);
  private static final Duration PROGRESS = Duration.ofSeconds(5);
  // What a lease can have grown to.
  private static final int LONGEST_LEASE_FACTOR = 8;

  private final Runner runner;
  private final Map<String, String> environment;
  private final PrintStream err;
  private final UserVectorsOptions options;
  private final StopRequest stop;
  private final Set<Loss> lost;

  private Optional<Cursor> cursor = Optional.empty();

  /** Whether there is progress to keep, and the table's changes can be followed from now on. */
  private boolean canGoOn;

  private boolean begun;
  private Optional<Reads> reads = Optional.empty();
  private Optional<PipelineWatch> watch = Optional.empty();

  /** What is read, and as what. */
  private record Reads(ChangeFeed feed, Schema schema) {}

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
      Set<Loss> lost) {
    this.runner = runner;
    this.environment = environment;
    this.err = err;
    this.options = options;
    this.stop = stop;
    this.lost = Set.copyOf(lost);
  }

  UserVectorsOptions options() {
    return options;
  }

  /** Where the ledger stood at the start. */
  Optional<Cursor> cursor() {
    return cursor;
  }

  /** Whether the table has been followed. */
  boolean hasBegun() {
    return begun;
  }

  /** Whether all that the table had was read at some time. */
  boolean hasCaughtUp() {
    return watch.map(PipelineWatch::hasCaughtUp).orElse(false);
  }

  void run() {
    LedgerAddress address = new LedgerAddress(options.getLedger(), options.getHadoopConf());
    KeptTable.recall(address, options.getTable());
    TableLog log = TableLogs.open(options.getTable(), address.configuration());
    Ledger ledger = Ledger.at(address);
    Optional<Cursor> known = ledger.cursor();
    TableInfo latest = log.info();
    cursor = known;
    canGoOn = known.isPresent() && latest.changeFeed();
    Optional<FreshetException> another = known.flatMap(at -> another(ledger, at, latest, log));
    // What came meanwhile is not read, where something is made up for.
    TableInfo table =
        another.isEmpty() && lost.isEmpty() ? withColumnsInUse(latest, log, known) : latest;
    // The options are checked before the ledger is touched.
    UserVectorsConfig unbound = checked(table, "unknown");
    StartingPoint.requireForm(options.getStartingVersion());
    Cursor beginning =
        known.orElseGet(() -> StartingPoint.resolve(options.getStartingVersion(), table, log));
    boolean replaced = another.isPresent();
    if (replaced && !lost.contains(Loss.TABLE)) {
      throw another.get();
    }
    long until = unbound.feed().untilVersion();
    if (replaced) {
      HistoryCheck.requireRest(Cursor.changesFrom(table.version() + 1), table, until);
    } else if (lost.contains(Loss.HISTORY) || lost.contains(Loss.COLLECTION)) {
      HistoryCheck.requireRest(beginning, table, until);
    } else {
      HistoryCheck.require(beginning, table, log, until);
    }
    stop.handleInOrder();
    try (Ownership ownership = ledger.takeOwnership()) {
      // By its owner alone: of two, the collection might bear the one that counts no more.
      LedgerIdentity identity = ledger.identify(table.id(), table.uri());
      UserVectorsConfig config = checked(table, identity.ledgerId());
      ledger.bindCollection(config.milvus().database(), config.milvus().collection());
      VectorOrigin vectors = config.vectorOrigin(table);
      boolean otherVectors = ledger.vectorOrigin().map(made -> !made.fits(vectors)).orElse(false);
      if (otherVectors && !ledger.hasWrittenNothing()) {
        ledger.requireVectorOrigin(vectors);
      }
      boolean remake = lost.contains(Loss.COLLECTION);
      // Before it is made again: what is still on its way would come into it.
      if (remake && !unlessStopped(() -> awaitQuiet(config, ownership))) {
        return;
      }
      boolean hasProgress = hasProgress(ledger.status());
      Optional<EnsuredCollection> ensured =
          ensureCollection(config.milvus(), vectors, ledger.vectorOrigin(), hasProgress && !remake);
      if (ensured.isEmpty()) {
        return;
      }
      UserVectorsConfig bound =
          config.with(config.milvus().withCollectionId(ensured.get().collectionId()));
      if (otherVectors && new CollectionReader(bound.milvus()).count() > 0) {
        ledger.requireVectorOrigin(vectors);
      }
      ledger.recordVectorOrigin(vectors);
      new CollectionSetup(bound.milvus()).keepLoaded();
      if (!makeUpFor(hasProgress, replaced, ensured.get(), bound, table, log, ledger, ownership)) {
        return;
      }
      bind(identity, table, ownership);
      if (ledger.cursor().isEmpty()) {
        ledger.start(beginning, StartingPoint.anchor(beginning, log));
      }
      begun = true;
      canGoOn = table.changeFeed();
      start(bound, table, log, ledger, ownership);
    }
  }

  /** Why the log is not the one that the ledger has followed; empty if it is that. */
  private Optional<FreshetException> another(
      Ledger ledger, Cursor at, TableInfo table, TableLog log) {
    Optional<LedgerIdentity> known = ledger.identity();
    if (known.isEmpty()) {
      return Optional.empty();
    }
    if (table.id().equals(known.get().tableId()) && lost.contains(Loss.HISTORY)) {
      return Optional.empty(); // What is made up for by comparing all need not be what it was.
    }
    if (!lost.contains(Loss.TABLE)) {
      requireAsRead(ledger, known.get(), table, log);
    }
    try {
      HistoryCheck.requireSame(known.get(), ledger.anchor(), at, table, log);
      return Optional.empty();
    } catch (FreshetException e) {
      if (e.category() != FailureCategory.TABLE_REPLACED) {
        throw e;
      }
      return Optional.of(e);
    }
  }

  private void requireAsRead(Ledger ledger, LedgerIdentity known, TableInfo table, TableLog log) {
    try {
      ChangedCommits.requireNone(ledger.commitsRead(), known.tableId(), table, log);
    } catch (FreshetException e) {
      if (e.category() == FailureCategory.COMMIT_CHANGED) {
        // What is kept of the table may have been made of the commit as it was.
        KeptTable.drop(
            new LedgerAddress(options.getLedger(), options.getHadoopConf()), options.getTable());
      }
      throw e;
    }
  }

  /** A table that was replaced in its own log has another id; it may have been moved, too. */
  private static void bind(LedgerIdentity identity, TableInfo table, Ownership ownership) {
    if (!identity.tableId().equals(table.id()) || !identity.tableUri().equals(table.uri())) {
      ownership.bindTable(table.id(), table.uri());
    }
  }

  /**
   * The table as it is, but with the columns that it had where the pipeline stands if it has lost
   * one since: all that came before is written, and the commit that took the column away is named.
   */
  private TableInfo withColumnsInUse(TableInfo latest, TableLog log, Optional<Cursor> known) {
    try {
      checked(latest, "unknown");
      return latest;
    } catch (FreshetException e) {
      long before = known.map(cursor -> cursor.position().version() - 1).orElse(-1L);
      if (e.category() != FailureCategory.SCHEMA || before < 0 || before >= latest.version()) {
        throw e;
      }
      TableInfo there = latest.withColumnsOf(infoOr(e, log, before));
      checked(there, "unknown");
      return there;
    }
  }

  private static TableInfo infoOr(FreshetException failure, TableLog log, long version) {
    try {
      return log.infoAt(version);
    } catch (FreshetException e) {
      failure.addSuppressed(e);
      throw failure;
    }
  }

  /** Whether what failed can be read by a pipeline that begins now: types have changed. */
  boolean mustBeReadAnew() {
    if (reads.isEmpty()) {
      return false;
    }
    ChangeFeed feed = reads.get().feed();
    try {
      TableInfo latest = TableLogs.open(options.getTable(), feed.ledger().configuration()).info();
      checked(latest, "unknown");
      return DeltaChanges.mustBeReadAnew(feed, reads.get().schema(), latest);
    } catch (FreshetException e) {
      return false; // What failed first is told.
    }
  }

  /**
   * What a failure says that the pipeline cannot go on without, if it could go on from the table's
   * latest version without it.
   */
  Optional<Loss> loss(FreshetException failure) {
    return Loss.of(failure.category())
        .filter(loss -> canGoOn)
        .filter(
            loss ->
                loss != Loss.HISTORY
                    || Loss.isGone(failure.category())
                    || misfitOfLatest().isEmpty());
  }

  /** The failure that ends the pipeline, with what is wrong with the table as it is now. */
  FreshetException told(FreshetException failure) {
    return failure.category() == FailureCategory.SCHEMA && begun
        ? misfitOfLatest()
            .filter(misfit -> misfit.category() == FailureCategory.SCHEMA)
            .map(
                misfit ->
                    new FreshetException(
                        FailureCategory.SCHEMA,
                        failure.getMessage() + ". As the table is now: " + misfit.getMessage(),
                        failure))
            .orElse(failure)
        : failure;
  }

  /** Why the options do not fit the table as it is now; empty if they do. */
  private Optional<FreshetException> misfitOfLatest() {
    try {
      LedgerAddress address = new LedgerAddress(options.getLedger(), options.getHadoopConf());
      TableInfo latest = TableLogs.open(options.getTable(), address.configuration()).info();
      UserVectorsConfig config = checked(latest, "unknown");
      HistoryCheck.requireRest(
          Cursor.changesFrom(latest.version() + 1), latest, config.feed().untilVersion());
      return Optional.empty();
    } catch (FreshetException e) {
      return Optional.of(e);
    }
  }

  private UserVectorsConfig checked(TableInfo table, String ledgerId) {
    UserVectorsConfig config = UserVectorsConfig.of(options, environment, table, ledgerId);
    EmbedChanges unused =
        EmbedChanges.of(config.embedding(), DeltaChanges.schemaOf(config.feed(), table));
    return config;
  }

  /** Whether anything is said to be in the collection. */
  private static boolean hasProgress(LedgerStatus status) {
    return status.slices() > 0
        || status.inFlight().filter(LedgerStatus.InFlight::claimed).isPresent();
  }

  /**
   * Whether keys that the table has no row of may be somebody else's: the collection was made
   * elsewhere, or nothing says that it was not.
   */
  static boolean mayHoldOthers(
      Ledger ledger, EnsuredCollection collection, UserVectorsOptions options) {
    return collection.mark().isEmpty()
        && (options.getAdoptCollection() || !ledger.isCollectionMade(Optional.empty()));
  }

  /**
   * Brings ledger and collection together where one of them does not know the other. A snapshot
   * only adds rows, so it is for a collection that this start has made, and that is empty. All
   * others are compared: one that was said to be gone and is not, and one that a start has made
   * that was killed before it had recorded that. The note that the collection is the ledger's comes
   * last: killed before it, whoever starts next compares. False if a stop was asked for.
   */
  private boolean makeUpFor(
      boolean hasProgress,
      boolean replaced,
      EnsuredCollection collection,
      UserVectorsConfig config,
      TableInfo table,
      TableLog log,
      Ledger ledger,
      Ownership ownership) {
    boolean stopped = false;
    if (lost.contains(Loss.COLLECTION) && isNew(collection, config)) {
      ownership.restartWithSnapshot(
          table.version(), StartingPoint.anchor(Cursor.snapshotAt(table.version()), log));
    } else if (lost.contains(Loss.COLLECTION)
        || lost.contains(Loss.HISTORY)
        || replaced
        || (hasProgress
            && collection.mark().isPresent()
            && !ledger.isCollectionMade(collection.mark()))) {
      boolean others = mayHoldOthers(ledger, collection, options);
      stopped = !resync(config, table, log, others, ownership);
    }
    if (!stopped) {
      collection.mark().ifPresent(ledger::recordCollectionMade);
    }
    return !stopped;
  }

  private static boolean isNew(EnsuredCollection collection, UserVectorsConfig config) {
    return collection.created() && new CollectionReader(config.milvus()).count() == 0;
  }

  /** The ledger moves on when all is mended, not before. False if a stop was asked for. */
  private boolean resync(
      UserVectorsConfig config,
      TableInfo table,
      TableLog log,
      boolean mayHoldOthers,
      Ownership ownership) {
    Anchor anchor = StartingPoint.anchor(Cursor.changesFrom(table.version() + 1), log);
    err.printf(
        "freshet: resync: comparing version %d of the table with the collection '%s'%n",
        table.version(), config.milvus().collection());
    return unlessStopped(
        () -> {
          awaitQuiet(config, ownership);
          long[] next = {System.nanoTime() + PROGRESS.toNanos()};
          OutcomeTotals mended =
              new Resync(config, table, anchor, ownership, mayHoldOthers)
                  .mend(
                      soFar -> {
                        if (System.nanoTime() - next[0] >= 0) {
                          tell("so far", soFar);
                          next[0] = System.nanoTime() + PROGRESS.toNanos();
                        }
                      });
          // What was given up and sent again may still be on its way.
          awaitQuiet(config, ownership);
          ownership.restartAfter(table.version(), mended, anchor);
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
    Thread thread = new Thread(task, "freshet-preparation");
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
  private Optional<EnsuredCollection> ensureCollection(
      MilvusTarget target,
      VectorOrigin vectors,
      Optional<VectorOrigin> written,
      boolean mustExist) {
    // One for all tries: a try that failed may have made the collection.
    CollectionSetup setup =
        new CollectionSetup(target, MILVUS_NOTICE, options.getConfirmLoss().duration())
            .forVectors(vectors, written);
    AtomicReference<EnsuredCollection> ensured = new AtomicReference<>();
    while (!stop.isMade()) {
      try {
        if (unlessStopped(
            () -> {
              ensured.set(setup.ensure(mustExist, options.getAdoptCollection()));
              setup.recordVectors(ensured.get());
            })) {
          return Optional.of(ensured.get());
        }
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
    Schema schema = DeltaChanges.schemaOf(config.feed(), table);
    reads = Optional.of(new Reads(config.feed(), schema));
    PipelineWatch watching = new PipelineWatch(runner, config, ledger, ownership, table, log, err);
    watch = Optional.of(watching);
    TableKeeping keeping = TableKeeping.start(config.feed());
    try {
      String what = followed(table, ledger.cursor().orElseThrow(), config);
      runUntilTheEnd(what, config, schema, watching, ownership);
    } finally {
      keeping.close();
    }
  }

  /** Runs one graph after the other. */
  private void runUntilTheEnd(
      String what,
      UserVectorsConfig config,
      Schema schema,
      PipelineWatch watching,
      Ownership ownership) {
    Optional<Renewal> renewal = Optional.empty();
    // The ledger is taken; on a cluster it may be a while until anything can be followed.
    err.println("freshet: starting " + runner.name());
    while (!stop.isMade()) {
      if (renewal.map(Renewal::runnerToo).orElse(true)) {
        runner.prepare(
            options, new WorkerCheck(config.feed().ledger(), ownership.generation()), waiting());
      }
      if (stop.isMade()) {
        return;
      }
      Pipeline pipeline = Pipeline.create(options);
      UserVectors.of(config, ownership.generation(), schema)
          .withWriters(runner.writers(options))
          .applyTo(pipeline);
      PipelineResult running = runner.start(pipeline);
      if (renewal.isEmpty()) {
        err.println("freshet: following " + what);
      }
      renewal.filter(r -> !r.runnerToo()).ifPresent(this::tellRenewed);
      renewal = watching.watchUntilTheEnd(running, stop);
      if (renewal.isEmpty()) {
        return;
      }
      renewal
          .filter(Renewal::runnerToo)
          .ifPresent(r -> err.println("freshet: starting anew: " + r.why()));
      renew(ownership);
    }
  }

  /** What is followed, from where and into what, for people. */
  private static String followed(TableInfo table, Cursor from, UserVectorsConfig config) {
    return "%s from %s %d into '%s' at %s"
        .formatted(
            table.uri(),
            from.snapshot() ? "the snapshot of version" : "version",
            from.position().version(),
            config.milvus().collection(),
            config.milvus().uri());
  }

  private Preparation waiting() {
    TroubleLine line = new TroubleLine(err, runner.name());
    return new Preparation() {
      @Override
      public void tell(String trouble) {
        line.look(Optional.of(trouble), System.nanoTime());
      }

      @Override
      public boolean isCalledOff() {
        return stop.isMade();
      }
    };
  }

  private void tellRenewed(Renewal renewal) {
    err.printf(
        Locale.ROOT,
        "freshet: renewed the graph in %.2f s: %s%n",
        (System.nanoTime() - renewal.begun()) / 1e9,
        renewal.why());
  }

  /**
   * Takes the ledger for another graph, without giving it back: what is left of the one before can
   * claim nothing any more. Waits for storage as long as it takes.
   */
  private void renew(Ownership ownership) {
    boolean held = false;
    while (!held && !stop.isMade()) {
      try {
        ownership.renew();
        held = true;
      } catch (FreshetException e) {
        if (e.category().stopsPipeline()) {
          throw e;
        }
        err.println("freshet: waiting for the ledger: " + e.getMessage());
        stop.await(STORAGE_NOTICE);
      }
    }
  }
}
