package io.freshet.runners.direct;

import java.io.IOException;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricResults;
import org.joda.time.Duration;

/**
 * A pipeline of the DirectRunner that keeps what ended it. Whoever asks the runner's own result for
 * its state is told FAILED, and from then on nobody hears why: it throws the cause only if the
 * state was not asked for.
 */
final class DirectRun implements PipelineResult {
  private static final Duration LOOK = Duration.millis(1);

  private final PipelineResult running;

  /** A {@link RuntimeException} or an {@link Error}. */
  private Throwable failure;

  DirectRun(PipelineResult running) {
    this.running = running;
  }

  @Override
  public synchronized State getState() {
    if (failure == null) {
      try {
        State end = running.waitUntilFinish(LOOK);
        return end == null ? State.RUNNING : end;
      } catch (RuntimeException | Error e) {
        failure = e;
      }
    }
    return State.FAILED;
  }

  @Override
  public State waitUntilFinish() {
    return waitUntilFinish(Duration.ZERO);
  }

  /**
   * Throws what ended it.
   *
   * @param duration at most; zero is for ever, as the runner has it
   */
  @Override
  public State waitUntilFinish(Duration duration) {
    synchronized (this) {
      if (failure instanceof RuntimeException e) {
        throw e;
      }
      if (failure instanceof Error e) {
        throw e;
      }
    }
    return running.waitUntilFinish(duration);
  }

  @Override
  public State cancel() throws IOException {
    return running.cancel();
  }

  @Override
  public MetricResults metrics() {
    return running.metrics();
  }
}
