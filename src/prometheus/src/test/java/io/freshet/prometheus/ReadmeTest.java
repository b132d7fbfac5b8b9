package io.freshet.prometheus;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.freshet.changes.metrics.PipelineMetrics;
import io.freshet.testing.ReadmeExample;
import org.junit.jupiter.api.Test;

class ReadmeTest {
  @Test
  void theExampleOfTheReadmeIsThisTest() {
    ReadmeExample.isTestedBy(ReadmeTest.class);
  }

  @Test
  void theExampleRuns() {
    PushgatewayTarget target = PushgatewayTarget.of("pushgateway:9091", "user-vectors", "direct");
    PushgatewayReporter reporter = PushgatewayReporter.start(target); // on a worker, in @Setup

    PipelineSeries series = new PipelineSeries(); // in the driver only
    reporter.report(series);
    series.set(PipelineMetrics.RECORDS_PROCESSED, 1200, "success");
    series.set(PipelineMetrics.COMMITS_BEHIND, 0);

    boolean arrived = reporter.pushNow(); // before the JVM halts; takes 2 s at most

    assertFalse(arrived); // No Pushgateway has that address here.
    reporter.close();
  }
}
