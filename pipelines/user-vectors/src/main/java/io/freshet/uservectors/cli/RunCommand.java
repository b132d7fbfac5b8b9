package io.freshet.uservectors.cli;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.uservectors.UserVectorsOptions;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code run}: follows the table until it shall end, or cannot go on. What is lost is made up for
 * where the options say so, in this process.
 */
final class RunCommand {
  /** How long what is at the table's path may be another table, or none, between two starts. */
  private static final Duration TABLE_AWAY = Duration.ofSeconds(20);

  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private final Runner runner;
  private final Map<String, String> environment;
  private final PrintStream err;
  private final StopRequest stop;

  RunCommand(Runner runner, Map<String, String> environment, PrintStream err, StopRequest stop) {
    this.runner = runner;
    this.environment = environment;
    this.err = err;
    this.stop = stop;
  }

  void run(List<String> arguments) {
    UserVectorsOptions options = Options.parse(arguments, runner);
    HistoryDoubt doubt = new HistoryDoubt(options.getConfirmLoss().duration());
    Optional<Loss> lost = Optional.empty();
    boolean again = true;
    boolean followed = false;
    long endedAt = System.nanoTime();
    while (again && !stop.isMade()) {
      Following following = new Following(runner, environment, err, options, stop, lost);
      again = false;
      try {
        following.run();
      } catch (FreshetException e) {
        followed |= following.hasBegun();
        if (following.hasBegun()) {
          endedAt = System.nanoTime();
        }
        if (following.hasCaughtUp()) {
          doubt.allWasRead();
        }
        if (e.category() == FailureCategory.SCHEMA && following.mustBeReadAnew()) {
          err.println("freshet: starting anew: " + e.getMessage());
          lost = Optional.empty();
          again = true;
          continue;
        }
        boolean away = followed && lost.isEmpty() && !following.hasBegun();
        if (away && mayBeBack(e.category(), endedAt)) {
          err.println("freshet: looking again: " + e.getMessage());
          stop.await(LOOK_AGAIN);
        } else if (mayBeHistory(e, following, lost)
            && !doubt.isOver(following.cursor(), System.nanoTime())) {
          err.println("freshet: looking again: " + e.getMessage());
          stop.await(doubt.pause());
        } else {
          lost = newLoss(e, following, lost);
          err.println("freshet: resync: " + e.getMessage());
        }
        again = true;
      }
    }
  }

  /** Whether what was followed a moment ago may only be away for another. */
  private static boolean mayBeBack(FailureCategory category, long endedAt) {
    boolean ofTheTable =
        switch (category) {
          case TABLE_NOT_FOUND,
              LEDGER_MISMATCH,
              HISTORY_LOST,
              FEED_OFF,
              SCHEMA,
              TABLE_UNSUPPORTED,
              CORRUPT_FILE,
              STORAGE_UNAVAILABLE ->
              true;
          case OPTION,
              LEDGER_IN_USE,
              COLLECTION_MISMATCH,
              COLLECTION_LOST,
              COMMIT_CHANGED,
              UNEXPECTED,
              MILVUS_DENIED,
              MILVUS_UNAVAILABLE,
              MODEL_UNAVAILABLE,
              ROW_REFUSED,
              ALL_REFUSED,
              TOO_MANY_REJECTS,
              RUNNER,
              LEASE_OVER ->
              false;
        };
    return ofTheTable && System.nanoTime() - endedAt < TABLE_AWAY.toNanos();
  }

  /** Whether it says that history is lost for a pipeline that could go on until now. */
  private static boolean mayBeHistory(
      FreshetException failure, Following following, Optional<Loss> before) {
    Optional<Loss> history = Optional.of(Loss.HISTORY);
    return Loss.of(failure.category()).equals(history)
        && !before.equals(history)
        && following.canGoOn();
  }

  /** What is to be made up for; throws the failure if nothing is. */
  private static Optional<Loss> newLoss(
      FreshetException failure, Following following, Optional<Loss> before) {
    Optional<Loss> loss = Loss.of(failure.category());
    // What is lost again before anything was followed is lost for good.
    boolean tried = before.equals(loss) && !following.hasBegun();
    if (loss.isEmpty() || tried || !following.canGoOn()) {
      throw failure;
    }
    if (!loss.get().isMadeUpFor(following.options())) {
      throw new FreshetException(
          failure.category(), failure.getMessage() + ". Or " + loss.get().wayOut(), failure);
    }
    return loss;
  }
}
