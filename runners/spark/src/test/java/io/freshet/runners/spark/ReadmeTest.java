package io.freshet.runners.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.testing.ReadmeExample;
import io.freshet.uservectors.cli.Runner;
import org.apache.beam.runners.spark.SparkPipelineOptions;
import org.apache.beam.runners.spark.SparkRunner;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;

final class ReadmeTest {
  @Test
  void theExampleOfTheReadmeIsThisTest() {
    ReadmeExample.isTestedBy(ReadmeTest.class);
  }

  @Test
  void theExampleRuns() {
    Runner runner = new SparkLauncher();
    PipelineOptions options =
        PipelineOptionsFactory.fromArgs(
                runner.defaults().entrySet().stream()
                    .map(option -> "--" + option.getKey() + "=" + option.getValue())
                    .toArray(String[]::new))
            .as(SparkPipelineOptions.class);
    runner.configure(options);

    assertEquals(SparkRunner.class, options.getRunner());
    assertTrue(options.as(SparkPipelineOptions.class).isStreaming());
    assertEquals(500, options.as(SparkPipelineOptions.class).getBatchIntervalMillis());
  }
}
