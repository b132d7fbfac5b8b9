package io.freshet.uservectors.cli;

/**
 * A runner that works, but is so far behind its own plan that it had better be started anew: thrown
 * by {@link org.apache.beam.sdk.PipelineResult#waitUntilFinish()}.
 */
public final class RunnerBehindException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RunnerBehindException(String message) {
    super(message);
  }
}
