package io.freshet.runners.spark;

import io.freshet.uservectors.cli.Cli;

/** The command line with the Spark runner: for {@code spark-submit} and {@code ./freshet run}. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    Cli.main(SparkLauncher::new, arguments);
  }
}
