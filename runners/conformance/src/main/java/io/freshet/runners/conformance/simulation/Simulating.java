package io.freshet.runners.conformance.simulation;

/** Runs one schedule after the other; not thread-safe. Known to all class loaders. */
public interface Simulating {
  /**
   * Runs the schedule of a seed.
   *
   * @param traced whether its steps are written down
   */
  Course run(long seed, boolean traced);

  /** Ends its threads. */
  void close();
}
