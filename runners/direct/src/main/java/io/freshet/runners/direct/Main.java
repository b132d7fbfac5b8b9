package io.freshet.runners.direct;

import io.freshet.uservectors.cli.Cli;

/** The command line with the DirectRunner. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    Cli.main(DirectLauncher::new, arguments);
  }
}
