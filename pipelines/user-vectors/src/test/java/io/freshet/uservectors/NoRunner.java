package io.freshet.uservectors;

import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.PipelineRunner;

/** A runner for options that must name one. */
public final class NoRunner extends PipelineRunner<PipelineResult> {
  @Override
  public PipelineResult run(Pipeline pipeline) {
    throw new UnsupportedOperationException();
  }
}
