package io.freshet.runners.direct;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.freshet.ledger.Writers;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;

class DirectLauncherTest {
  @Test
  void nobodyElseWritesWhatThisProcessHasRead() {
    assertEquals(
        Writers.THIS_PROCESS, new DirectLauncher().writers(PipelineOptionsFactory.create()));
  }
}
