package io.freshet.runners.spark;

import java.time.Duration;

/**
 * How long what keeps Spark from working may last. There are two micro-batches a second, so that
 * seconds without a task are long; a cold or a full cluster takes its time, and an executor has 91
 * MB to fetch before it works at its first task.
 *
 * @param word without an executor or a task, in a pipeline that runs, until it is told
 * @param anew the same, until Spark is started anew
 * @param slowWord until it is told that executors do not work at their tasks, and, at a start, that
 *     there is none
 * @param slowAnew until Spark is started anew for the first of these
 * @param startEnd at a start, until it is given up for want of an executor where there was one
 *     before, or because of executors of another version
 * @param startEndUnknown the same where it is not known why executors do not work
 * @param failures how long micro-batches must have failed before the pipeline ends for it: a disk
 *     that is full for a moment fails ten in 5 s
 */
record Patience(
    Duration word,
    Duration anew,
    Duration slowWord,
    Duration slowAnew,
    Duration startEnd,
    Duration startEndUnknown,
    Duration failures) {
  /** For tests, which cannot wait for as long: a part of everything, in percent. */
  private static final String PROPERTY = "freshet.sparkPatience";

  static Patience ofThisJvm() {
    return ofPercent(Integer.getInteger(PROPERTY, 100));
  }

  static Patience ofPercent(int percent) {
    return new Patience(
        part(10, percent),
        part(45, percent),
        part(30, percent),
        part(120, percent),
        part(120, percent),
        part(600, percent),
        part(30, percent));
  }

  private static Duration part(int seconds, int percent) {
    return Duration.ofSeconds(seconds).multipliedBy(percent).dividedBy(100);
  }
}
