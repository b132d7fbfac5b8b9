package io.freshet.runners.direct;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.freshet.testing.ReadmeExample;
import io.freshet.uservectors.cli.Runner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.junit.jupiter.api.Test;

class ReadmeTest {
  @Test
  void theExampleOfTheReadmeIsThisTest() {
    ReadmeExample.isTestedBy(ReadmeTest.class);
  }

  @Test
  void theExampleRuns() {
    PipelineOptions options = PipelineOptionsFactory.create();

    Runner runner = new DirectLauncher();
    runner.configure(options);
    Pipeline pipeline = Pipeline.create(options);
    pipeline.apply(Create.of(1, 2, 3));
    PipelineResult running = runner.start(pipeline);

    assertEquals(PipelineResult.State.DONE, running.waitUntilFinish());
  }
}
