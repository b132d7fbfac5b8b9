package io.freshet.runners.spark;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.runners.conformance.Installation;
import io.freshet.uservectors.cli.Runner;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;

/** The DirectRunner as {@code ./freshet} starts it: never in the JVM of these tests. */
final class DirectInstallation implements Runner {
  private DirectInstallation() {}

  static Installation direct() {
    return new Installation(
        Installation.PROJECT, List.of("-Xmx512m"), Map.of(), new DirectInstallation());
  }

  @Override
  public String name() {
    return "DirectRunner";
  }

  @Override
  public void configure(PipelineOptions options) {
    throw elsewhere();
  }

  @Override
  public PipelineResult start(Pipeline pipeline) {
    throw elsewhere();
  }

  private static FreshetException elsewhere() {
    return new FreshetException(
        FailureCategory.OPTION, "DirectRunner is not on this class path; use ./freshet");
  }
}
