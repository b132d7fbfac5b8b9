package io.freshet.uservectors.cli;

/**
 * That the graph is to be made anew in this process.
 *
 * @param why for people
 * @param runnerToo whether what the runner keeps open between two graphs is to be opened anew
 * @param begun when that was found, by {@link System#nanoTime()}
 */
record Renewal(String why, boolean runnerToo, long begun) {
  static Renewal ofGraph(String why) {
    return new Renewal(why, false, System.nanoTime());
  }

  static Renewal ofRunner(String why) {
    return new Renewal(why, true, System.nanoTime());
  }
}
