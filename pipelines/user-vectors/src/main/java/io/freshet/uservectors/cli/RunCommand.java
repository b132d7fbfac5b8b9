package io.freshet.uservectors.cli;

import io.freshet.changes.FreshetException;
import io.freshet.uservectors.UserVectorsOptions;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code run}: follows the table until it shall end, or cannot go on. What is lost is made up for
 * where the options say so, and a runner that is behind is started anew, in this process.
 */
final class RunCommand {
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
    StopRequest stop = new StopRequest();
    HistoryDoubt doubt = new HistoryDoubt(options.getConfirmLoss().duration());
    Optional<Loss> lost = Optional.empty();
    boolean again = true;
    while (again && !stop.isMade()) {
      Following following = new Following(runner, environment, err, options, stop, lost);
      again = false;
      try {
        following.run();
      } catch (RunnerBehindException e) {
        err.println("freshet: starting anew: " + e.getMessage());
        lost = Optional.empty();
        again = true;
      } catch (FreshetException e) {
        if (mayBeHistory(e, following, lost)
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
