package io.freshet.prometheus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.freshet.changes.metrics.PipelineMetrics;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The example of README.md is the code between the markers below. */
class ReadmeTest {
  @Test
  void theExampleOfTheReadmeIsThisTest() throws Exception {
    String example = between(Path.of("README.md"), "```java\n", "```");

    Path source = Path.of("src/test/java/io/freshet/prometheus/ReadmeTest.java");
    String tested = between(source, "// " + "example\n", "// end of example");
    assertEquals(example, tested.stripIndent());
  }

  @Test
  void theExampleRuns() {
    // example
    PushgatewayTarget target = PushgatewayTarget.of("pushgateway:9091", "user-vectors", "direct");
    PushgatewayReporter reporter = PushgatewayReporter.start(target); // on a worker, in @Setup

    PipelineSeries series = new PipelineSeries(); // in the driver only
    reporter.report(series);
    series.set(PipelineMetrics.RECORDS_PROCESSED, 1200, "success");
    series.set(PipelineMetrics.COMMITS_BEHIND, 0);

    boolean arrived = reporter.pushNow(); // before the JVM halts; takes 2 s at most
    // end of example

    assertFalse(arrived); // No Pushgateway has that address here.
    reporter.close();
  }

  private static String between(Path file, String start, String end) throws Exception {
    String text = Files.readString(file);
    int from = text.indexOf(start) + start.length();
    return text.substring(from, text.indexOf(end, from));
  }
}
