package io.freshet.runners.direct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.ledger.Writers;
import io.freshet.testing.Await;
import java.time.Duration;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.junit.jupiter.api.Test;

class DirectLauncherTest {
  private static final class FailingFn extends DoFn<Integer, Integer> {
    @ProcessElement
    public void process(@Element Integer element) {
      if (element == 7) {
        throw new IllegalArgumentException("no room for " + element);
      }
    }
  }

  @Test
  void nobodyElseWritesWhatThisProcessHasRead() {
    assertEquals(
        Writers.THIS_PROCESS, new DirectLauncher().writers(PipelineOptionsFactory.create()));
  }

  @Test
  void whatEndedAPipelineIsToldAlsoToWhoAskedForItsState() {
    DirectLauncher launcher = new DirectLauncher();
    PipelineOptions options = PipelineOptionsFactory.create();
    launcher.configure(options);
    Pipeline pipeline = Pipeline.create(options);
    pipeline.apply(Create.of(7)).apply(ParDo.of(new FailingFn()));

    PipelineResult running = launcher.start(pipeline);
    Await.until("its end", Duration.ofSeconds(30), () -> running.getState().isTerminal());

    RuntimeException told = assertThrows(RuntimeException.class, running::waitUntilFinish);
    assertTrue(told.getMessage().contains("no room for 7"), told::toString);
  }
}
