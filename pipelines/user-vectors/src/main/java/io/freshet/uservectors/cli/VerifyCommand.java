package io.freshet.uservectors.cli;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.VectorOrigin;
import io.freshet.delta.HistoryCheck;
import io.freshet.delta.KeptTable;
import io.freshet.delta.table.TableInfo;
import io.freshet.delta.table.TableLog;
import io.freshet.delta.table.TableLogs;
import io.freshet.ledger.Ledger;
import io.freshet.ledger.LedgerAddress;
import io.freshet.ledger.LedgerIdentity;
import io.freshet.ledger.Ownership;
import io.freshet.milvus.CollectionSetup;
import io.freshet.milvus.EnsuredCollection;
import io.freshet.uservectors.UserVectorsConfig;
import io.freshet.uservectors.VerifyOptions;
import io.freshet.uservectors.verify.Report;
import io.freshet.uservectors.verify.Verification;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code verify}: compares table and collection, and mends the collection. */
final class VerifyCommand {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Runner runner;
  private final Map<String, String> environment;
  private final PrintStream out;
  private final PrintStream err;

  VerifyCommand(Runner runner, Map<String, String> environment, PrintStream out, PrintStream err) {
    this.runner = runner;
    this.environment = environment;
    this.out = out;
    this.err = err;
  }

  /** Returns 0 if table and collection are equal, or are so now; else 1. */
  int run(List<String> arguments) {
    VerifyOptions options = Options.parse(arguments, runner, VerifyOptions.class);
    LedgerAddress address = new LedgerAddress(options.getLedger(), options.getHadoopConf());
    KeptTable.recall(address, options.getTable());
    TableLog log = TableLogs.open(options.getTable(), address.configuration());
    TableInfo table = log.info();
    Ledger ledger = Ledger.at(address);
    LedgerIdentity identity = existing(ledger);
    ledger
        .cursor()
        .ifPresent(
            cursor -> HistoryCheck.requireSame(identity, ledger.anchor(), cursor, table, log));
    String ledgerId = identity.ledgerId();
    UserVectorsConfig config = UserVectorsConfig.of(options, environment, table, ledgerId);
    requireCollection(ledger, config);
    VectorOrigin vectors = config.vectorOrigin(table);
    ledger.requireVectorOrigin(vectors);
    // Never one that does not say that it is this ledger's.
    EnsuredCollection collection =
        new CollectionSetup(config.milvus(), PATIENCE, options.getConfirmLoss().duration())
            .forVectors(vectors, ledger.vectorOrigin())
            .ensure(true, false);
    Verification verification =
        Verification.of(
            config,
            table,
            ledger,
            Following.mayHoldOthers(ledger, collection, options),
            options.getVectors(),
            options.getRepair());
    Report report = options.getRepair() ? repair(verification, ledger) : verification.compare();
    report.printDifferences(out);
    report.printSummary(out);
    return report.isEqual() ? 0 : 1;
  }

  private Report repair(Verification verification, Ledger ledger) {
    try (Ownership ownership = ledger.takeOwnership()) {
      return verification.repair(
          ownership,
          found -> {
            found.printDifferences(out);
            err.printf(
                Locale.ROOT,
                "freshet: mended %,d differences; comparing again%n",
                found.differences());
          });
    }
  }

  /** The ledger must be there; it is not made here. */
  private static LedgerIdentity existing(Ledger ledger) {
    return ledger
        .identity()
        .orElseThrow(
            () ->
                new FreshetException(
                    FailureCategory.LEDGER_MISMATCH,
                    "There is no ledger at " + ledger + "; the first run makes it"));
  }

  private static void requireCollection(Ledger ledger, UserVectorsConfig config) {
    if (!ledger.isBoundToCollection()) {
      throw new FreshetException(
          FailureCategory.LEDGER_MISMATCH,
          "The ledger " + ledger + " has no collection yet; run the pipeline first");
    }
    ledger.bindCollection(config.milvus().database(), config.milvus().collection());
  }
}
