package io.freshet.uservectors.cli;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.delta.DeltaChanges;
import io.freshet.delta.HistoryCheck;
import io.freshet.delta.StartingPoint;
import io.freshet.delta.table.TableInfo;
import io.freshet.delta.table.TableLog;
import io.freshet.delta.table.TableLogs;
import io.freshet.ledger.Cursor;
import io.freshet.ledger.Ledger;
import io.freshet.ledger.LedgerAddress;
import io.freshet.ledger.LedgerIdentity;
import io.freshet.ledger.Ownership;
import io.freshet.milvus.CollectionSetup;
import io.freshet.milvus.EnsuredCollection;
import io.freshet.milvus.MilvusTarget;
import io.freshet.uservectors.UserVectors;
import io.freshet.uservectors.UserVectorsConfig;
import io.freshet.uservectors.UserVectorsOptions;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.schemas.Schema;

/**
 * {@code run}: checks table, ledger and collection against each other, then runs the pipeline until
 * it shall end.
 */
final class RunCommand {
  private static final Duration MILVUS_NOTICE = Duration.ofSeconds(3);

  private final Runner runner;
  private final Map<String, String> environment;
  private final PrintStream err;

  RunCommand(Runner runner, Map<String, String> environment, PrintStream err) {
    this.runner = runner;
    this.environment = environment;
    this.err = err;
  }

  void run(List<String> arguments) {
    UserVectorsOptions options = Options.parse(arguments, runner);
    LedgerAddress address = new LedgerAddress(options.getLedger(), options.getHadoopConf());
    TableLog log = TableLogs.open(options.getTable(), address.configuration());
    TableInfo table = log.info();
    // The options are checked before the ledger is touched.
    UserVectorsConfig unbound = checked(options, table, "unknown");
    Cursor beginning = StartingPoint.resolve(options.getStartingVersion(), table, log);
    Ledger ledger = Ledger.at(address);
    HistoryCheck.require(
        ledger.cursor().orElse(beginning), table, log, unbound.feed().untilVersion());
    StopRequest stop = StopRequest.onSignals();
    LedgerIdentity identity = ledger.identify(table.id(), table.uri());
    UserVectorsConfig config = checked(options, table, identity.ledgerId());
    try (Ownership ownership = ledger.takeOwnership()) {
      ledger.bindCollection(config.milvus().database(), config.milvus().collection());
      boolean hasProgress = ledger.cursor().map(c -> ledger.status().slices() > 0).orElse(false);
      Optional<MilvusTarget> own =
          ensureCollection(config.milvus(), hasProgress, options.getAdoptCollection(), stop);
      if (own.isEmpty()) {
        return;
      }
      if (ledger.cursor().isEmpty()) {
        ledger.start(beginning);
      }
      start(options, config.with(own.get()), table, ledger, ownership, stop);
    }
  }

  private UserVectorsConfig checked(UserVectorsOptions options, TableInfo table, String ledgerId) {
    UserVectorsConfig config = UserVectorsConfig.of(options, environment, table, ledgerId);
    DeltaChanges.schemaOf(config.feed(), table);
    return config;
  }

  /** Waits for Milvus as long as it takes; empty if a stop was asked for meanwhile. */
  private Optional<MilvusTarget> ensureCollection(
      MilvusTarget target, boolean mustExist, boolean adopt, StopRequest stop) {
    while (!stop.isMade()) {
      try {
        EnsuredCollection ensured =
            new CollectionSetup(target, MILVUS_NOTICE).ensure(mustExist, adopt);
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
      UserVectorsOptions options,
      UserVectorsConfig config,
      TableInfo table,
      Ledger ledger,
      Ownership ownership,
      StopRequest stop) {
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
    new PipelineWatch(config, ledger, ownership, table.version(), err)
        .watchUntilTheEnd(running, stop);
  }
}
