package io.freshet.uservectors.cli;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Notices a pipeline that runs and does nothing: there are commits to write, and for longer than
 * anything in force may take nobody has asked for a slice, claimed one or recorded an outcome. The
 * driver tells it what it sees, from a thread of its own; nothing that may have fallen asleep has
 * to call it.
 *
 * <p>Waiting is no sleep: who waits for Milvus, for storage or for a lease asks for slices or makes
 * attempts meanwhile. What takes long within this JVM is given more time.
 *
 * <p>Knows no clock: the time is told. Time that the driver itself has slept through does not
 * count.
 */
final class StallWatch {
  /** Beyond what leases and queues may take. */
  private static final Duration MARGIN = Duration.ofSeconds(60);

  /** For a slice that somebody in this JVM looks for or reads: a large table is read for long. */
  private static final Duration WORKING_LIMIT = Duration.ofHours(1);

  private final Duration margin;
  private final WatchedTime watched = new WatchedTime();
  private Object lastNews = "";
  private Duration idle = Duration.ZERO;
  private Duration working = Duration.ZERO;
  private OptionalLong slicesAtLastStall = OptionalLong.empty();

  StallWatch() {
    this(Duration.ofMillis(Long.getLong("freshet.stallMargin", MARGIN.toMillis())));
  }

  StallWatch(Duration margin) {
    this.margin = margin;
  }

  /** A graph begins, or the driver could not see how things stand. */
  void restart(long nanos) {
    lastNews = "";
    quietSince(nanos);
  }

  /**
   * A look.
   *
   * @param news changes whenever anybody does anything
   * @param behind whether there is anything to do
   * @param isWorking whether a slice is being looked for, read or emitted in this JVM
   * @param longestSilence how long there may be no news of the ledger; asked only when it matters
   * @return whether the pipeline is asleep
   */
  boolean isAsleep(
      Object news,
      boolean behind,
      boolean isWorking,
      Supplier<Duration> longestSilence,
      long nanos) {
    if (!behind || !news.equals(lastNews)) {
      lastNews = news;
      quietSince(nanos);
      return false;
    }
    Duration step = watched.step(nanos);
    if (isWorking) {
      working = working.plus(step);
    } else {
      idle = idle.plus(step);
    }
    if (silence().compareTo(margin) <= 0) {
      return false;
    }
    Duration limit = longestSilence.get().plus(margin);
    return idle.compareTo(limit) > 0 || working.compareTo(limit.plus(WORKING_LIMIT)) > 0;
  }

  /** How long there has been no news. */
  Duration silence() {
    return idle.plus(working);
  }

  /**
   * The graph is to be renewed because it was asleep.
   *
   * @return whether that is of no use: it was the last time, too, and no slice was done since
   */
  boolean isHopeless(long slicesDone) {
    boolean again = slicesAtLastStall.isPresent() && slicesAtLastStall.getAsLong() == slicesDone;
    slicesAtLastStall = OptionalLong.of(slicesDone);
    return again;
  }

  private void quietSince(long nanos) {
    Duration unused = watched.step(nanos);
    idle = Duration.ZERO;
    working = Duration.ZERO;
  }
}
