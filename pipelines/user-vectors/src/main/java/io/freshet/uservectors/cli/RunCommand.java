package io.freshet.uservectors.cli;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.uservectors.UserVectorsOptions;
import java.io.PrintStream;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
    Set<Loss> lost = Set.of();
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
          lost = Set.of();
          again = true;
          continue;
        }
        boolean away = followed && lost.isEmpty() && !following.hasBegun();
        if (away && mayBeBack(e.category(), endedAt)) {
          err.println("freshet: looking again: " + e.getMessage());
          stop.await(LOOK_AGAIN);
        } else if (mayBeThere(e, following, lost)
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
              TABLE_REPLACED,
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
              SLICE_TOO_BIG,
              LEASE_OVER ->
              false;
        };
    return ofTheTable && System.nanoTime() - endedAt < TABLE_AWAY.toNanos();
  }

  /**
   * Whether what a pipeline cannot go on without may be there in a moment: that is looked at again,
   * before anything is made up for.
   */
  private static boolean mayBeThere(
      FreshetException failure, Following following, Set<Loss> before) {
    Optional<Loss> loss = following.loss(failure);
    return loss.map(
            lost ->
                switch (lost) {
                  case HISTORY ->
                      !before.contains(lost)
                          && (Loss.isGone(failure.category())
                              || lost.isMadeUpFor(following.options()));
                  case TABLE -> !before.contains(lost);
                  case COLLECTION -> false; // Milvus has been asked for long enough.
                })
        .orElse(false);
  }

  /** What is to be made up for; throws the failure if nothing is. */
  private static Set<Loss> newLoss(
      FreshetException failure, Following following, Set<Loss> before) {
    Optional<Loss> loss = following.loss(failure);
    // What is lost again before anything was followed is lost for good.
    boolean tried = !following.hasBegun() && loss.map(before::contains).orElse(false);
    if (loss.isEmpty() || tried) {
      throw following.told(failure);
    }
    if (!loss.get().isMadeUpFor(following.options())) {
      throw new FreshetException(
          failure.category(), failure.getMessage() + ". Or " + loss.get().wayOut(), failure);
    }
    Set<Loss> all = EnumSet.of(loss.get());
    if (!following.hasBegun()) {
      all.addAll(before);
    }
    return all;
  }
}
