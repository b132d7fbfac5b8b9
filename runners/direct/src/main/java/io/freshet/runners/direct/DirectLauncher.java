package io.freshet.runners.direct;

import io.freshet.uservectors.cli.Runner;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;

/** Starts pipelines on the DirectRunner. */
public final class DirectLauncher implements Runner {
  @Override
  public String name() {
    return DirectRunner.class.getSimpleName();
  }

  @Override
  public void configure(PipelineOptions options) {
    options.setRunner(DirectRunner.class);
    DirectOptions direct = options.as(DirectOptions.class);
    // The driver watches the pipeline and stops it; a run() that blocks would keep it from that.
    direct.setBlockOnRun(false);
    // Checks of one's own DoFns during development: they encode and decode each element several
    // times.
    direct.setEnforceEncodability(false);
    direct.setEnforceImmutability(false);
  }

  @Override
  public PipelineResult start(Pipeline pipeline) {
    return pipeline.run();
  }
}
