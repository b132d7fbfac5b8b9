package io.freshet.runners.spark;

import io.freshet.changes.FreshetException;
import io.freshet.uservectors.cli.Cli;
import io.freshet.uservectors.cli.Runner;

/** The command line with the Spark runner: for {@code spark-submit} and {@code ./freshet run}. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    boolean run = arguments.length > 0 && arguments[0].equals("run");
    try {
      // Here, since the command line itself needs libraries that come with Spark.
      SparkVersion.ofThisJvm().require(run);
    } catch (FreshetException e) {
      Cli.refuse(e, arguments);
    }
    Cli.main(() -> runner(run), arguments);
  }

  private static Runner runner(boolean run) {
    if (run) {
      SparkLog.configureDriver(System.getenv());
    }
    return new SparkLauncher();
  }
}
