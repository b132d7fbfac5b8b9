package io.freshet.uservectors.cli;

import io.freshet.uservectors.NoRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;

/** A runner for commands that end before anything is run. */
final class UnusedRunner implements Runner {
  @Override
  public String name() {
    return "NoRunner";
  }

  @Override
  public void configure(PipelineOptions options) {
    options.setRunner(NoRunner.class);
  }

  @Override
  public PipelineResult start(Pipeline pipeline) {
    throw new UnsupportedOperationException();
  }
}
