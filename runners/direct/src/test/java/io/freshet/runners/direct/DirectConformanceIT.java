package io.freshet.runners.direct;

import io.freshet.runners.conformance.PipelineConformance;

/** What every runner must do, on the DirectRunner. */
final class DirectConformanceIT extends PipelineConformance {
  DirectConformanceIT() {
    super(new DirectStarter());
  }
}
